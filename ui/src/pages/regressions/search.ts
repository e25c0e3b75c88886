/** What the address of the regressions says. */
export interface RegressionsSearch {
  state?: "acknowledged" | "all";
  /** Only those of this host. */
  host?: string;
}

/** Reads the query of an address; what it does not understand is left out. */
export function readRegressionsSearch(raw: Record<string, unknown>): RegressionsSearch {
  const search: RegressionsSearch = {};
  if (raw.state === "acknowledged" || raw.state === "all") search.state = raw.state;
  if (typeof raw.host === "string" && /^[0-9a-f-]{36}$/i.test(raw.host)) search.host = raw.host;
  return search;
}
