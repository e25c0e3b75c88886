import { queryOptions } from "@tanstack/react-query";
import { ask, send } from "./client";
import { KEYS } from "./queries";

/** What an alert is: an expression as a chart has it, and when its values are a breach. */
export interface AlertRule {
  name: string;
  expression: string;
  variables: Record<string, string[]>;
  direction: "above" | "below";
  threshold: number;
  clear: number | null;
  breaches: number;
  of: number;
  for_seconds: number;
  keep_firing_seconds: number;
  delay_seconds: number;
  every_seconds: number;
  summary: string;
  panel: string;
}

export type AlertState = "inactive" | "pending" | "firing";

export interface Alert {
  id: string;
  rule: AlertRule;
  state: AlertState;
  firing: number;
  pending: number;
  evaluated: string;
  error: string | null;
  active: { labels: Record<string, string>; state: AlertState; since: string; value: string }[];
}

export interface AlertEvent {
  at: string;
  labels: Record<string, string>;
  before: AlertState;
  state: AlertState;
  value: string;
}

const rules = "/api/v1/alert-rules";

export const alerts = queryOptions({
  queryKey: [KEYS.alerts, "list"],
  queryFn: async ({ signal }) => (await ask<{ alerts: Alert[] }>(rules, { signal })).alerts,
  refetchInterval: 15_000,
});

export const alertHistory = (id: string) =>
  queryOptions({
    // Not of the family that every action marks as out of date: a removed alert has none.
    queryKey: ["alert-history", id],
    queryFn: async ({ signal }) =>
      (await ask<{ events: AlertEvent[] }>(`${rules}/${id}/history?limit=200`, { signal })).events,
    refetchInterval: 15_000,
  });

export const createAlert = (rule: AlertRule) => send<Alert>("POST", rules, rule);
export const changeAlert = (id: string, rule: AlertRule) => send<Alert>("PUT", `${rules}/${id}`, rule);
export const removeAlert = (id: string) => send<void>("DELETE", `${rules}/${id}`);
