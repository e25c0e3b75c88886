/** What the address of the causes of drift says. */
export interface DriftCausesSearch {
  side?: "ours" | "behind";
  state?: "ended" | "all";
  ignored?: true;
  q?: string;
  /** The cause whose hosts are shown. */
  cause?: string;
}

/** Reads the query of an address; what it does not understand is left out. */
export function readDriftCausesSearch(raw: Record<string, unknown>): DriftCausesSearch {
  const search: DriftCausesSearch = {};
  if (raw.side === "ours" || raw.side === "behind") search.side = raw.side;
  if (raw.state === "ended" || raw.state === "all") search.state = raw.state;
  if (raw.ignored === "true" || raw.ignored === true) search.ignored = true;
  if (typeof raw.q === "string" && raw.q !== "") search.q = raw.q.slice(0, 200);
  if (typeof raw.cause === "string" && /^[0-9a-f-]{36}$/i.test(raw.cause)) search.cause = raw.cause;
  return search;
}
