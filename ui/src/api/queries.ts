import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError, ask, inventory } from "./client";
import { type HostSearch, hostsPath } from "./search";
import type { CountedTag, Group, Host, Page, Profile, TagsByHost } from "./types";

/** The first word of a key; a change on the server marks whole families as out of date. */
export const KEYS = {
  alerts: "alerts",
  notifications: "notifications",
  driftCauses: "drift-causes",
  regressions: "regressions",
  hosts: "hosts",
  host: "host",
  tags: "tags",
  groups: "groups",
  overview: "overview",
  timeline: "timeline",
  changes: "changes",
  packages: "packages",
  baselines: "baselines",
  comparison: "comparison",
  series: "series",
} as const;

/** One page of hosts. A page beyond the end (after a deletion) is empty and not an error. */
export const hostPage = (search: HostSearch, page: number, perPage: number) => {
  const path = hostsPath(search, page, perPage);
  return queryOptions({
    queryKey: [KEYS.hosts, path],
    queryFn: ({ signal }) => ask<Page<Host[]>>(path, { signal }),
    placeholderData: keepPreviousData,
  });
};

/**
 * The tags of up to a hundred hosts. They are asked for anew with each answer that named the hosts (`asOf`), and never
 * by themselves: a host that is gone would be asked for too.
 */
export const tagsOf = (ids: readonly string[], asOf: number) =>
  queryOptions({
    queryKey: ["tags-of", asOf, ...ids],
    queryFn: async ({ signal }) => {
      const path = inventory(`/hosts/${ids.join(",")}/tags?per_page=100`);
      return (await ask<Page<TagsByHost>>(path, { signal })).results;
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });

export const tagSearch = (text: string, perPage = 20) =>
  queryOptions({
    queryKey: [KEYS.tags, text, perPage],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ search: text, per_page: String(perPage) });
      params.set("order_by", "count");
      params.set("order_how", "DESC");
      return ask<Page<CountedTag[]>>(inventory(`/tags?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
  });

export interface GroupSearch {
  name?: string;
  page?: number;
  per_page?: number;
  order_by?: "name" | "host_count" | "updated";
  order_how?: "ASC" | "DESC";
}

export const groupSearch = (search: GroupSearch) =>
  queryOptions({
    queryKey: [KEYS.groups, "list", search],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams();
      for (const [name, value] of Object.entries(search)) {
        if (value !== undefined && value !== "") params.set(name, String(value));
      }
      return ask<Page<Group[]>>(inventory(`/groups?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
  });

export const oneGroup = (id: string) =>
  queryOptions({
    queryKey: [KEYS.groups, id],
    queryFn: async ({ signal }) => first(await ask<Page<Group[]>>(inventory(`/groups/${id}`), { signal })),
  });

export const oneHost = (id: string) =>
  queryOptions({
    queryKey: [KEYS.host, id],
    queryFn: async ({ signal }) => first(await ask<Page<Host[]>>(inventory(`/hosts/${id}`), { signal })),
  });

/** Hosts by their ids, up to a hundred; those that are gone are left out. */
export const hostsOf = (ids: readonly string[]) =>
  queryOptions({
    queryKey: [KEYS.hosts, "by id", ...ids],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ per_page: "100" });
      params.set("fields[system_profile]", "operating_system,os_release");
      const some = async (wanted: readonly string[]) =>
        (await ask<Page<Host[]>>(inventory(`/hosts/${wanted.join(",")}?${params}`), { signal })).results;
      const none = (error: unknown): Host[] => {
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      };
      // One that is gone makes the API refuse all of them.
      const found = await some(ids).catch(none);
      return found.length > 0 || ids.length <= 1
        ? found
        : (await Promise.all(ids.map(id => some([id]).catch(none)))).flat();
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });

export const profileOf = (id: string) =>
  queryOptions({
    queryKey: [KEYS.host, id, "profile"],
    queryFn: async ({ signal }) => {
      const path = inventory(`/hosts/${id}/system_profile`);
      const page = await ask<Page<{ id: string; system_profile: Profile }[]>>(path, { signal });
      return first(page).system_profile;
    },
  });

function first<T>(page: Page<T[]>): T {
  const one = page.results[0];
  if (one === undefined) throw new Error("the answer is empty");
  return one;
}
