import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet, send } from "./client";
import type { components } from "./generated/regressions";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

/** What kinds of things are found. */
export type FindingKind = "regression" | "drift" | "machine" | "improvement" | "bimodal";
/** Something that was found in a series of results. */
export type Regression = Schemas["Regression"] & { kind: FindingKind };
export type RegressionPoint = Schemas["RegressionPoint"];
type RegressionDetail = Schemas["RegressionDetail"] & { kind: FindingKind };
export type WatchedSeries = Schemas["RegressionSeries"];
export type Watch = Schemas["RegressionWatch"];
export type NewWatch = Schemas["WatchIn"];

export interface RegressionsAsked {
  state?: "acknowledged" | "all";
  host?: string;
  page?: number;
}

/** Findings of a page, and series. */
export const PER_PAGE = 50;

const paged = (page = 1) =>
  new URLSearchParams({ limit: String(PER_PAGE), offset: String((page - 1) * PER_PAGE) });

export const regressions = ({ state, host, page }: RegressionsAsked) =>
  queryOptions({
    queryKey: [KEYS.regressions, "list", state, host, page],
    queryFn: ({ signal }) => {
      const params = paged(page);
      if (state) params.set("state", state);
      if (host) params.set("host", host);
      return ask<{ total: number; regressions: Regression[] }>(fleet(`/regressions?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

export const regression = (id: string) =>
  queryOptions({
    queryKey: [KEYS.regressions, "one", id],
    queryFn: ({ signal }) => ask<RegressionDetail>(fleet(`/regressions/${id}`), { signal }),
  });

export const acknowledge = (id: string, reason: string) =>
  send<void>("PUT", fleet(`/regressions/${id}/acknowledgement`), { reason });

export const reopen = (id: string) => send<void>("DELETE", fleet(`/regressions/${id}/acknowledgement`));

/** The series that are watched, by name. */
export const watchedSeries = (page: number | undefined) =>
  queryOptions({
    queryKey: [KEYS.regressions, "series", page],
    queryFn: ({ signal }) =>
      ask<Schemas["WatchedSeries"]>(fleet(`/regressions/series?${paged(page)}`), { signal }),
    placeholderData: keepPreviousData,
  });

/** What somebody said is to be watched, or not. */
export const watches = queryOptions({
  queryKey: [KEYS.regressions, "watches"],
  queryFn: ({ signal }) => ask<Schemas["Watches"]>(fleet("/regressions/watches"), { signal }),
});

export const watch = (wanted: NewWatch) => send<void>("PUT", fleet("/regressions/watches"), wanted);

export const unwatch = ({ benchmark_id, path }: Watch) =>
  send<void>(
    "DELETE",
    fleet(`/regressions/watches?${new URLSearchParams({ benchmark: benchmark_id, path })}`),
  );
