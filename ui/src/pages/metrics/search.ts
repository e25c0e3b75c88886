import type { DashboardType } from "../../api/metrics";
import { lengthOf, type Range } from "./range";

type Raw = Record<string, unknown>;

export const REFRESHES = ["5s", "15s", "60s"] as const;
export type Refresh = (typeof REFRESHES)[number] | "off";

/** What the addresses of dashboards and of the explorer say alike. */
export interface TimeSearch {
  /** As `6h`. Without it and without `from`, each chart has its own range. */
  last?: string;
  from?: number;
  to?: number;
  refresh?: Refresh;
  /** Times in this person's zone instead of UTC. */
  zone?: "local";
  /** Chosen values, each as `label=value`. */
  var?: string[];
}

export interface ExploreSearch extends TimeSearch {
  q?: string;
}

export interface BoardsSearch {
  type?: DashboardType;
  find?: string;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const moment = (value: unknown) => {
  const read = Number(text(value) ?? value ?? Number.NaN);
  return Number.isSafeInteger(read) && read > 0 ? read : undefined;
};

export function readTimeSearch(raw: Raw): TimeSearch {
  const search: TimeSearch = {};
  const [from, to] = [moment(raw.from), moment(raw.to)];
  const last = text(raw.last);
  if (from !== undefined && to !== undefined && from < to) Object.assign(search, { from, to });
  else if (last && lengthOf(last) !== undefined) search.last = last;
  const refresh = [...REFRESHES, "off" as const].find(each => each === raw.refresh);
  if (refresh) search.refresh = refresh;
  if (raw.zone === "local") search.zone = "local";
  const chosen = (Array.isArray(raw.var) ? raw.var : [raw.var]).filter(
    (each): each is string => typeof each === "string" && each.includes("="),
  );
  if (chosen.length > 0) search.var = chosen;
  return search;
}

export function readExploreSearch(raw: Raw): ExploreSearch {
  const search: ExploreSearch = readTimeSearch(raw);
  const q = text(raw.q);
  if (q) search.q = q;
  return search;
}

export function readBoardsSearch(raw: Raw): BoardsSearch {
  const search: BoardsSearch = {};
  if (raw.type === "time_series" || raw.type === "alert") search.type = raw.type;
  const find = text(raw.find);
  if (find) search.find = find;
  return search;
}

/** The range that the address asks for, if it does. */
export function rangeOf(search: TimeSearch): Range | undefined {
  if (search.from !== undefined && search.to !== undefined) return { from: search.from, to: search.to };
  return search.last ? { last: search.last } : undefined;
}

/** How often charts are asked for anew, in milliseconds. */
export const refreshOf = (search: TimeSearch): number | false =>
  search.refresh === "off" ? false : (lengthOf(search.refresh ?? "15s") ?? false);
