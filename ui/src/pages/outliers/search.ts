/** What the address of the odd ones says. */
export interface OutliersSearch {
  name?: string;
  group_name?: string[];
  /** The host that is looked at. */
  host?: string;
}

/** Reads the query of an address; what it does not understand is left out. */
export function readOutlierSearch(raw: Record<string, unknown>): OutliersSearch {
  const search: OutliersSearch = {};
  if (typeof raw.name === "string" && raw.name !== "") search.name = raw.name;
  const groups = (Array.isArray(raw.group_name) ? raw.group_name : [raw.group_name]).filter(
    (name): name is string => typeof name === "string" && name !== "",
  );
  if (groups.length > 0) search.group_name = [...new Set(groups)];
  if (typeof raw.host === "string" && raw.host !== "") search.host = raw.host;
  return search;
}
