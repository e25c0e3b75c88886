import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet, send } from "./client";
import { KEYS } from "./queries";

/** Why hosts are no longer as a baseline says. */
export interface DriftCause {
  id: string;
  headline: string;
  baseline_id: string;
  baseline_name: string;
  fact: string;
  expected: string;
  actual: string;
  side: "ours" | "behind";
  hosts: number;
  unplanned_hosts: number;
  opened: string;
  latest: string;
  ended: string | null;
  told: string | null;
  known_by: string | null;
  ignored_by: string | null;
}

export interface DriftCausesAsked {
  state?: "open" | "ended" | "all";
  side?: "ours" | "behind";
  ignored?: boolean;
  q?: string;
}

export const driftCauses = ({ state, side, ignored, q }: DriftCausesAsked) =>
  queryOptions({
    queryKey: [KEYS.driftCauses, "list", state, side, ignored, q],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ limit: "500" });
      if (state) params.set("state", state);
      if (side) params.set("side", side);
      if (ignored) params.set("ignored", "true");
      if (q) params.set("q", q);
      return ask<{ total: number; causes: DriftCause[] }>(fleet(`/causes?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

interface HostBehind {
  id: string;
  display_name: string | null;
  since: string;
  planned: boolean;
}

export const hostsBehind = (cause: string) =>
  queryOptions({
    queryKey: [KEYS.driftCauses, "hosts", cause],
    queryFn: ({ signal }) =>
      ask<{ hosts: HostBehind[] }>(fleet(`/causes/${cause}/hosts?limit=500`), { signal }),
  });

export type RuleKind = "ignore" | "window" | "expected";

export interface NewRule {
  kind: RuleKind;
  baseline_id?: string;
  pattern: string;
  value?: string;
  ends?: string;
  reason: string;
}

export const addRule = (rule: NewRule) => send<unknown>("POST", fleet("/causes/rules"), rule);
