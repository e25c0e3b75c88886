import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, drift, fleet } from "./client";
import { KEYS } from "./queries";

export type FactState = "SAME" | "DIFFERENT" | "INCOMPLETE_DATA" | "INCOMPLETE_DATA_OBFUSCATED";

/** What one column says of a fact; several values are a list. */
export interface Cell {
  id: string;
  value: string | string[];
  /** Only beside a reference. */
  state?: FactState;
  is_obfuscated?: boolean;
}

export interface LeafFact {
  name: string;
  state: FactState;
  drifted_from_baseline: boolean;
  systems: Cell[];
  /** Of a fact with several values one for each of them. */
  multivalues?: { state: FactState; systems: Cell[] }[];
}

interface GroupFact {
  name: string;
  state: FactState;
  comparisons: LeafFact[];
}

/** The document says `object` of these; the contract has their members. */
export interface Report {
  facts: (LeafFact | GroupFact)[];
  systems: {
    id: string;
    display_name: string;
    system_profile_exists: boolean;
    last_updated: string | null;
  }[];
  baselines: { id: string; display_name: string; updated: string }[];
  historical_system_profiles: {
    id: string;
    display_name: string | null;
    updated: string;
    system_id: string;
  }[];
  drift_event_notify: boolean;
}

/** What is compared. */
export interface Asked {
  system_ids: readonly string[];
  baseline_ids: readonly string[];
  historical_system_profile_ids: readonly string[];
  /** Empty for none. */
  reference_id: string;
}

export const isNothing = (asked: Asked) =>
  asked.system_ids.length + asked.baseline_ids.length + asked.historical_system_profile_ids.length === 0;

export const comparison = (asked: Asked) =>
  queryOptions({
    queryKey: [KEYS.comparison, asked],
    queryFn: ({ signal }) =>
      ask<Report>(drift("/comparison_report"), {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(asked),
        signal,
      }),
    enabled: !isNothing(asked),
    placeholderData: keepPreviousData,
  });

/** The same as an address, for a shell. */
export function comparisonPath(asked: Asked): string {
  const params = new URLSearchParams();
  for (const id of asked.system_ids) params.append("system_ids[]", id);
  for (const id of asked.baseline_ids) params.append("baseline_ids[]", id);
  for (const id of asked.historical_system_profile_ids) params.append("historical_system_profile_ids[]", id);
  if (asked.reference_id) params.set("reference_id", asked.reference_id);
  return drift(`/comparison_report?${params}`);
}

/** A host against one baseline: only what the baseline names. */
export const driftOf = (host: string, baseline: string) =>
  queryOptions({
    queryKey: [KEYS.host, host, "drift", baseline],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ "system_ids[]": host, "baseline_ids[]": baseline });
      params.set("reference_id", baseline);
      params.set("short_circuit", "true");
      return ask<Report>(drift(`/comparison_report?${params}`), { signal });
    },
  });

interface HostName {
  id: string;
  display_name: string;
}

interface Apart {
  name: string;
  value: string | null;
  usual: string | null;
  /** How many hosts of the cluster say the same as this one. */
  same: number;
}

export interface Outlier extends HostName {
  cluster: number;
  score: number;
  facts: Apart[];
}

export interface Outliers {
  hosts: number;
  clusters: { hosts: number; examples: HostName[] }[];
  outliers: Outlier[];
}

export interface OutlierSearch {
  name?: string;
  group_name?: string[];
  as_of?: string;
  limit?: number;
}

function outliersPath({ name, group_name = [], as_of, limit }: OutlierSearch): string {
  const params = new URLSearchParams({ limit: String(limit ?? 50), facts: "12" });
  if (name) params.set("name", name);
  if (as_of) params.set("as_of", as_of);
  for (const group of group_name) params.append("group_name", group);
  return fleet(`/outliers?${params}`);
}

export const outliers = (search: OutlierSearch) =>
  queryOptions({
    queryKey: ["outliers", search],
    queryFn: ({ signal }) => ask<Outliers>(outliersPath(search), { signal }),
    placeholderData: keepPreviousData,
  });
