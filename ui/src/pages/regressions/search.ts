/** What the address of the regressions says. */
export interface RegressionsSearch {
  state?: "acknowledged" | "all" | "watched";
  /** Only those of this host. */
  host?: string;
  page?: number;
}

/** Reads the query of an address; what it does not understand is left out. */
export function readRegressionsSearch(raw: Record<string, unknown>): RegressionsSearch {
  const search: RegressionsSearch = {};
  if (raw.state === "acknowledged" || raw.state === "all" || raw.state === "watched")
    search.state = raw.state;
  if (typeof raw.host === "string" && /^[0-9a-f-]{36}$/i.test(raw.host)) search.host = raw.host;
  if (typeof raw.page === "number" && Number.isSafeInteger(raw.page) && raw.page > 1) search.page = raw.page;
  return search;
}
