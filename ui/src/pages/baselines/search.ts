/** What the address of the list of baselines says. */
export interface BaselinesSearch {
  name?: string;
  order_by?: "display_name" | "updated";
  order_how?: "ASC" | "DESC";
  page?: number;
}

const ORDERS = ["display_name", "updated"] as const;

/** Reads the query of an address; what it does not understand is left out. */
export function readBaselineSearch(raw: Record<string, unknown>): BaselinesSearch {
  const search: BaselinesSearch = {};
  // More than 200 characters are refused, and no name has them.
  if (typeof raw.name === "string" && raw.name !== "") search.name = raw.name.slice(0, 200);
  const by = ORDERS.find(order => order === raw.order_by);
  if (by) search.order_by = by;
  if (by && (raw.order_how === "ASC" || raw.order_how === "DESC")) search.order_how = raw.order_how;
  const page = Number(raw.page);
  if (Number.isInteger(page) && page > 1) search.page = page;
  return search;
}

const SORTS = ["name", "-name", "value", "-value"] as const;
/** By name or value; a minus turns it around. */
export type FactSort = (typeof SORTS)[number];

/** What the address of one baseline says. */
export interface BaselineView {
  tab?: "hosts";
  find?: string;
  /** What its facts are ordered by; without it as they were written. */
  sort?: FactSort;
}

export function readBaselineView(raw: Record<string, unknown>): BaselineView {
  const view: BaselineView = {};
  if (raw.tab === "hosts") view.tab = "hosts";
  if (typeof raw.find === "string" && raw.find !== "") view.find = raw.find;
  const sort = SORTS.find(each => each === raw.sort);
  if (sort) view.sort = sort;
  return view;
}
