import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet } from "./client";
import type { components } from "./generated/fleet";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

export type ChangesByCause = Schemas["CausesOut"];
export type Cause = Schemas["Cause"];
type CauseHosts = Schemas["CauseHosts"];

/** Which time, and which changes in it. */
export interface Window {
  from?: string;
  to?: string;
  section?: string[];
  group?: string[];
  search?: string;
  q?: string;
}

/** What tells a cause from the others. */
export type CauseKey = Pick<Cause, "section" | "key" | "before" | "after">;

function parameters(
  { section = [], group = [], ...single }: Window,
  more: Record<string, unknown> = {},
): string {
  const params = new URLSearchParams();
  for (const one of section) params.append("section", one);
  for (const one of group) params.append("group", one);
  for (const [name, value] of Object.entries({ ...single, ...more })) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  return params.toString();
}

/** What happened, by cause. The window is read when it is asked: "the last day" moves on. */
export const changesByCause = (key: unknown, window: () => Window, limit: number) =>
  queryOptions({
    queryKey: [KEYS.changes, key, limit],
    queryFn: ({ signal }) =>
      ask<ChangesByCause>(fleet(`/changes/causes?${parameters(window(), { limit })}`), { signal }),
    placeholderData: keepPreviousData,
  });

export const hostsOfCause = (key: unknown, window: () => Window, cause: CauseKey, limit: number) =>
  queryOptions({
    queryKey: [KEYS.changes, key, cause, limit],
    queryFn: ({ signal }) => {
      const { section, ...what } = cause;
      const asked = parameters({ ...window(), section: [section] }, { ...what, limit });
      return ask<CauseHosts>(fleet(`/changes/causes/hosts?${asked}`), { signal });
    },
    placeholderData: keepPreviousData,
  });
