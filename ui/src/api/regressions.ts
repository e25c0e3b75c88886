import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet, send } from "./client";
import { KEYS } from "./queries";

/** Something that was found in a series of results. */
export interface Regression {
  id: string;
  kind: "regression" | "drift" | "machine" | "improvement" | "bimodal";
  series: {
    benchmark_id: string;
    benchmark_name: string;
    host_id: string | null;
    host_name: string | null;
    flavor_name: string | null;
    name: string;
    metric: string;
    unit: string;
  };
  at: string;
  found: string;
  before: number;
  after: number;
  change_percent: number | null;
  host_changes: number;
  ended: string | null;
  acknowledged: string | null;
  acknowledged_by: string | null;
  reason: string | null;
}

export interface RegressionPoint {
  result_id: string;
  at: string;
  value: number;
}

interface RegressionDetail extends Regression {
  points: RegressionPoint[];
  changes: { seq: number; at: string; kind: string; fields: string[]; sections: string[] }[];
}

export interface RegressionsAsked {
  state?: "acknowledged" | "all";
  host?: string;
}

export const regressions = ({ state, host }: RegressionsAsked) =>
  queryOptions({
    queryKey: [KEYS.regressions, "list", state, host],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ limit: "100" });
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
