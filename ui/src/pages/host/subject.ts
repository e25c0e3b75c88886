import { useQuery } from "@tanstack/react-query";
import { ApiError, failureOf } from "../../api/client";
import { type HostState, stateOf, timelineOf } from "../../api/fleet";
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
export function useSubject(id: string, asked: number | undefined): Found {
  const host = useQuery(oneHost(id));
  const isGone = host.error instanceof ApiError && host.error.status === 404;
  // The log still has it: the page shows its last state.
  const past = useQuery({ ...timelineOf(id), enabled: isGone && asked === undefined });
  const at =
    asked ?? (isGone ? past.data?.changes.find(change => change.kind === "deleted")?.seq : undefined);
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
    return { now: isGone ? undefined : host.data, subject, error: failureOf(state), retry };
  }
  if (isGone && !past.isFetched) return { now: undefined, subject: undefined, error: null, retry };
  const subject =
    host.data && profile.data
      ? { host: host.data, profile: profile.data, tags: tags.data?.[id] ?? [] }
      : undefined;
  return {
    now: isGone ? undefined : host.data,
    subject,
    error: failureOf(host) ?? failureOf(profile) ?? failureOf(tags),
    retry,
  };
}
