/** How far back. */
export const SPANS = { "24h": 86_400, "7d": 604_800, "30d": 2_592_000 } as const;
export type Span = keyof typeof SPANS;

/** What the address of the audit log says. */
export interface AuditSearch {
  /** How far back; all without it. */
  last?: Span;
  actor?: string;
  operation?: string;
}

/** Reads the query of an address; what it does not understand is left out. */
export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const search: AuditSearch = {};
  if (Object.hasOwn(SPANS, String(raw.last))) search.last = raw.last as Span;
  if (typeof raw.actor === "string" && raw.actor !== "") search.actor = raw.actor;
  if (typeof raw.operation === "string" && raw.operation !== "") search.operation = raw.operation;
  return search;
}
