export interface GroupsSearch {
  name?: string;
  order_by?: "name" | "host_count" | "updated";
  order_how?: "ASC" | "DESC";
  page?: number;
}

const ORDERS = ["name", "host_count", "updated"] as const;

/** Reads the query of the address of the groups. */
export function readGroupSearch(raw: Record<string, unknown>): GroupsSearch {
  const search: GroupsSearch = {};
  if (typeof raw.name === "string" && raw.name !== "") search.name = raw.name;
  const by = ORDERS.find(order => order === raw.order_by);
  if (by) search.order_by = by;
  if (by && (raw.order_how === "ASC" || raw.order_how === "DESC")) search.order_how = raw.order_how;
  const page = Number(raw.page);
  if (Number.isInteger(page) && page > 1) search.page = page;
  return search;
}
