import { queryOptions } from "@tanstack/react-query";
import { ask } from "./client";
import { outliers } from "./drift";
import { hostsPath } from "./search";
import type { Host, Page } from "./types";

/** Counting by a fact may read the whole fleet: it is done now and then, and not after each report. */
const EVERY = 60_000;

/** How many hosts say so. */
export const hostsWhere = (where: string) =>
  queryOptions({
    queryKey: ["attention", "hosts", where],
    queryFn: async ({ signal }) =>
      (await ask<Page<Host[]>>(hostsPath({ where: [where] }, 1, 1), { signal })).total,
    staleTime: EVERY,
    refetchInterval: EVERY,
  });

/** The oddest host of a group. */
export const oddestOf = (group: string) =>
  queryOptions({
    ...outliers({ group_name: [group], limit: 1 }),
    staleTime: 5 * EVERY,
  });
