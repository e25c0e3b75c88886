import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError, ask, send } from "./client";

const api = (path: string) => `/api/v1${path}`;

/** The first word of the keys of everything about benchmarks. */
export const BENCHMARKS = "benchmarks";

export interface Benchmark {
  id: string;
  docker_image: string;
  docker_tag: string;
  url: string;
  description?: string;
  json_schema: Record<string, unknown>;
  upload_datetime: string;
}

export interface Site {
  id: string;
  name: string;
  address: string;
  description?: string;
}

export interface Flavor {
  id: string;
  name: string;
  description?: string;
}

export interface Tag {
  id: string;
  name: string;
  description?: string;
}

export interface Result {
  id: string;
  upload_datetime: string;
  execution_datetime: string;
  benchmark: Benchmark;
  site: Site;
  flavor: Flavor;
  tags: Tag[];
  json: Record<string, unknown>;
}

interface User {
  sub: string;
  iss: string;
  email: string;
}

export interface Submit {
  resource_type: "benchmark" | "claim" | "site" | "flavor";
  resource_id: string;
  upload_datetime: string;
  uploader: User;
}

export interface Claim {
  id: string;
  message: string;
  resource_id?: string;
  upload_datetime: string;
  uploader: User;
}

export interface Items<T> {
  items: T[];
  page: number;
  pages: number;
  total: number;
}

/** Which results are asked for. */
export interface ResultQuery {
  benchmark_id?: string;
  site_id?: string;
  flavor_id?: string;
  tags_ids?: readonly string[];
  execution_after?: string;
  execution_before?: string;
  filters?: readonly string[];
  sort_by?: string;
}

const paged = (params: URLSearchParams, page: number, perPage: number) => {
  params.set("page", String(page));
  params.set("per_page", String(perPage));
  return params;
};

function resultsPath(query: ResultQuery, page: number, perPage: number): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) params.append(name, String(one));
  }
  return api(`/results?${paged(params, page, perPage)}`);
}

export const results = (query: ResultQuery, page: number, perPage: number) =>
  queryOptions({
    queryKey: [BENCHMARKS, "results", query, page, perPage],
    queryFn: ({ signal }) => ask<Items<Result>>(resultsPath(query, page, perPage), { signal }),
    placeholderData: keepPreviousData,
  });

export const oneResult = (id: string) =>
  queryOptions({
    queryKey: [BENCHMARKS, "result", id],
    queryFn: ({ signal }) => ask<Result>(api(`/results/${id}`), { signal }),
  });

/** The lists that one searches by words. Flavors are those of a site: `sites/ID/flavors`. */
export type Listed = "benchmarks" | "sites" | "tags" | `sites/${string}/flavors`;

export const found = <T>(list: Listed, text: string, page = 1, perPage = 20) =>
  queryOptions({
    queryKey: [BENCHMARKS, list, text, page, perPage],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams();
      for (const term of text.split(/\s+/).filter(Boolean)) params.append("terms", term);
      return ask<Items<T>>(api(`/${list}:search?${paged(params, page, perPage)}`), { signal });
    },
    placeholderData: keepPreviousData,
  });

export const one = <T>(list: "benchmarks" | "sites" | "flavors", id: string) =>
  queryOptions({
    queryKey: [BENCHMARKS, list, "one", id],
    queryFn: ({ signal }) => ask<T>(api(`/${list}/${id}`), { signal }),
  });

/** The site that a flavor is of. */
export const siteOf = (flavor: string) =>
  queryOptions({
    queryKey: [BENCHMARKS, "site-of", flavor],
    queryFn: ({ signal }) => ask<Site>(api(`/flavors/${flavor}/site`), { signal }),
  });

export interface Caller {
  state: "unknown" | "unregistered" | "registered";
  email?: string;
  isAdmin: boolean;
}

const refused = (error: unknown, ...statuses: number[]) =>
  error instanceof ApiError && statuses.includes(error.status);

/** Who this is: nobody that is known, somebody who may register, or somebody who has. */
export const caller = queryOptions({
  queryKey: [BENCHMARKS, "caller"],
  queryFn: async ({ signal }): Promise<Caller> => {
    try {
      const { email } = await ask<User>(api("/users/self"), { signal });
      try {
        await ask(api("/users/self:try_admin"), { signal });
        return { state: "registered", email, isAdmin: true };
      } catch (error) {
        if (!refused(error, 401, 403)) throw error;
        return { state: "registered", email, isAdmin: false };
      }
    } catch (error) {
      if (refused(error, 401)) return { state: "unknown", isAdmin: false };
      if (refused(error, 404)) return { state: "unregistered", isAdmin: false };
      throw error;
    }
  },
  staleTime: 300_000,
});

export const register = () => send<User>("POST", api("/users:register"));

export const submits = (page: number) =>
  queryOptions({
    queryKey: [BENCHMARKS, "submits", page],
    queryFn: ({ signal }) =>
      ask<Items<Submit>>(api(`/reports/submits?${paged(new URLSearchParams(), page, 20)}`), { signal }),
    placeholderData: keepPreviousData,
  });

/** A claim that waits; without the status the API lists those that were accepted. */
export const oneClaim = (id: string) =>
  queryOptions({
    queryKey: [BENCHMARKS, "claim", id],
    queryFn: ({ signal }) => ask<Claim>(api(`/reports/claims/${id}`), { signal }),
  });

const PLACES: Record<Submit["resource_type"], string> = {
  benchmark: "benchmarks",
  site: "sites",
  flavor: "flavors",
  claim: "reports/claims",
};

export const decide = ({ resource_type, resource_id }: Submit, verdict: "approve" | "reject") =>
  send<void>("POST", api(`/${PLACES[resource_type]}/${resource_id}:${verdict}`));

export const add = <T>(list: Listed, body: Record<string, unknown>) => send<T>("POST", api(`/${list}`), body);
export const replace = (list: "sites" | "flavors", id: string, body: Record<string, unknown>) =>
  send<void>("PUT", api(`/${list}/${id}`), body);

export interface NewResult {
  benchmark_id: string;
  flavor_id: string;
  execution_datetime: string;
  tags_ids: readonly string[];
}

export function addResult({ tags_ids, ...rest }: NewResult, document: unknown) {
  const params = new URLSearchParams(rest);
  for (const id of tags_ids) params.append("tags_ids", id);
  return send<Result>("POST", api(`/results?${params}`), document);
}

export const reportResult = (id: string, message: string) =>
  send<Claim>("POST", api(`/results/${id}:claim`), { message });
export const deleteResult = (id: string) => send<void>("DELETE", api(`/results/${id}`));
export const tagResult = (id: string, tags_ids: readonly string[]) =>
  send<void>("PUT", api(`/results/${id}/tags`), { tags_ids });
