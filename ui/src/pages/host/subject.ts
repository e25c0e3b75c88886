import { useQuery } from "@tanstack/react-query";
import { failureOf } from "../../api/client";
import { type HostState, stateOf } from "../../api/fleet";
import { oneHost, profileOf, tagsOf } from "../../api/queries";
import type { Host, Profile, Tag } from "../../api/types";

/** What the page shows: the host as it is, or as it was. */
export interface Subject {
  host: Record<string, unknown>;
  profile: Profile;
  tags: Tag[];
  /** Set when it is the host as it was. */
  state?: HostState;
}

interface Found {
  /** The host now; absent when it was deleted. */
  now: Host | undefined;
  subject: Subject | undefined;
  error: Error | null;
  retry: () => void;
}

/** The host, now or after a change of its past. */
export function useSubject(id: string, at: number | undefined): Found {
  const host = useQuery(oneHost(id));
  const profile = useQuery({ ...profileOf(id), enabled: at === undefined });
  const tags = useQuery(tagsOf(host.data ? [id] : [], host.dataUpdatedAt));
  const state = useQuery({ ...stateOf(id, at ?? 0), enabled: at !== undefined });
  const retry = () => {
    for (const query of [host, profile, tags, state]) if (query.error) void query.refetch();
  };
  if (at !== undefined) {
    const was = state.data;
    const subject = was && {
      host: was.host,
      profile: was.system_profile,
      tags: was.host.tags,
      state: was,
    };
    return { now: host.data, subject, error: failureOf(state), retry };
  }
  const subject =
    host.data && profile.data
      ? { host: host.data, profile: profile.data, tags: tags.data?.[id] ?? [] }
      : undefined;
  return { now: host.data, subject, error: failureOf(host) ?? failureOf(profile) ?? failureOf(tags), retry };
}
