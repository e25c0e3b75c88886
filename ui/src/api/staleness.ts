import { queryOptions } from "@tanstack/react-query";
import { ask, inventory, send } from "./client";
import type { components } from "./generated/inventory";

type Schemas = components["schemas"];
export type Staleness = Pick<
  Schemas["StalenessOut"],
  "id" | "conventional_time_to_stale" | "conventional_time_to_stale_warning" | "conventional_time_to_delete"
>;

const path = inventory("/account/staleness");

/** After how many seconds without a report hosts are stale, silent and as if deleted. */
export const staleness = queryOptions({
  queryKey: ["staleness"],
  queryFn: ({ signal }) => ask<Staleness>(path, { signal }),
  staleTime: 0,
});

/** Whether the organisation has settings of its own. */
export const isOwn = ({ id }: Staleness) => id !== "system_default";

export const setStaleness = (before: Staleness, after: Omit<Staleness, "id">) =>
  send<Staleness>(isOwn(before) ? "PATCH" : "POST", path, after);

export const dropStaleness = () => send<void>("DELETE", path);
