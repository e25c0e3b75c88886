import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, baselines, send } from "./client";
import type { components } from "./generated/baselines";
import { KEYS } from "./queries";

type Schemas = components["schemas"];
export type Baseline = Schemas["Baseline"];
export type BaselineFact = Schemas["Fact"];
export type FactValue = Schemas["FactValue"];
type Page = Schemas["Page"];

export interface BaselineSearch {
  display_name?: string;
  order_by?: "display_name" | "updated";
  order_how?: "ASC" | "DESC";
  limit?: number;
  offset?: number;
}

export const baselineList = (search: BaselineSearch) =>
  queryOptions({
    queryKey: [KEYS.baselines, "list", search],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams();
      for (const [name, value] of Object.entries(search)) {
        if (value !== undefined && value !== "") params.set(name, String(value));
      }
      return ask<Page>(baselines(`/baselines?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
  });

/** Never the data of another one: no earlier answer stands in while it is asked for. */
export const oneBaseline = (id: string) =>
  queryOptions({
    queryKey: [KEYS.baselines, id],
    queryFn: async ({ signal }) => {
      const page = await ask<Page>(baselines(`/baselines/${id}`), { signal });
      const [one] = page.data;
      if (!one) throw new Error("the answer is empty");
      return one;
    },
  });

/** The hosts that a baseline is for: all, or those of some groups. */
export const hostsOfBaseline = (id: string, groups: readonly string[] = []) =>
  queryOptions({
    queryKey: [KEYS.baselines, id, "hosts", ...groups],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams(groups.map(name => ["group_names[]", name]));
      const path = baselines(`/baselines/${id}/systems${groups.length > 0 ? `?${params}` : ""}`);
      return (await ask<Schemas["Systems"]>(path, { signal })).system_ids;
    },
    // Those of another choice of groups stay meanwhile, and never those of another baseline.
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });

export const baselinesOfHost = (host: string) =>
  queryOptions({
    queryKey: [KEYS.host, host, "baselines"],
    queryFn: async ({ signal }) => {
      const path = baselines(`/systems/${host}/baselines`);
      return (await ask<Schemas["BaselinesOfSystem"]>(path, { signal })).data;
    },
  });

export type Source = { inventory_uuid?: string; hsp_uuid?: string };

export const createBaseline = (display_name: string, source: Source = {}) =>
  send<Baseline>("POST", baselines("/baselines"), { display_name, ...source });

export const copyBaseline = (id: string, display_name: string) =>
  send<Baseline>("POST", baselines(`/baselines/${id}?${new URLSearchParams({ display_name })}`), {});

export interface PatchStep {
  op: "test" | "add" | "replace" | "remove";
  path: string;
  value?: unknown;
}

export interface BaselineChange {
  display_name: string;
  facts_patch?: PatchStep[];
  notifications_enabled?: boolean;
}

export const patchBaseline = (id: string, change: BaselineChange) =>
  send<Baseline[]>("PATCH", baselines(`/baselines/${id}`), { facts_patch: [], ...change });

export const deleteBaselines = (ids: readonly string[]) =>
  send<unknown>("POST", baselines("/baselines/deletion_request"), { baseline_ids: ids });

export const addHosts = (id: string, hosts: readonly string[]) =>
  send<unknown>("POST", baselines(`/baselines/${id}/systems`), { system_ids: hosts });

export const removeHosts = (id: string, hosts: readonly string[]) =>
  send<unknown>("POST", baselines(`/baselines/${id}/systems/deletion_request`), { system_ids: hosts });
