import type { CauseKey, Window } from "../../api/changes";

/** What the address of the changes says. */
export interface ChangesSearch {
  /** How far back from now; a day without it. Not with `from` and `to`. */
  last?: Span;
  from?: string;
  to?: string;
  section?: string[];
  group?: string[];
  find?: string;
  /** A question: only what happened to hosts for which it is true now. */
  q?: string;
  /** The cause whose hosts are listed, by its `causeId`. */
  cause?: string;
}

export const SPANS = { "1h": 3_600, "24h": 86_400, "7d": 604_800, "30d": 2_592_000 } as const;
export type Span = keyof typeof SPANS;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const texts = (value: unknown) => {
  const all = (Array.isArray(value) ? value : [value]).filter(item => text(item) !== undefined) as string[];
  return all.length > 0 ? [...new Set(all)] : undefined;
};
const moment = (value: unknown) => {
  const at = text(value);
  return at === undefined || Number.isNaN(Date.parse(at)) ? undefined : at;
};

/** A cause in one text: section, key, what was and what is. */
export const causeId = ({ section, key, before, after }: CauseKey) =>
  JSON.stringify([section, key, before ?? null, after ?? null]);

function readCause(value: unknown): string | undefined {
  const isSide = (side: unknown) => side === null || typeof side === "string";
  try {
    const [section, key, before, after] = JSON.parse(text(value) ?? "") as unknown[];
    if (text(section) === undefined || text(key) === undefined || !isSide(before) || !isSide(after))
      return undefined;
    return causeId({ section, key, before, after } as CauseKey);
  } catch {
    return undefined;
  }
}

export function readChangesSearch(raw: Record<string, unknown>): ChangesSearch {
  const search: ChangesSearch = {};
  const [from, to] = [moment(raw.from), moment(raw.to)];
  if (from !== undefined && to !== undefined) Object.assign(search, { from, to });
  else if (Object.hasOwn(SPANS, String(raw.last)) && raw.last !== "24h") search.last = raw.last as Span;
  const [section, group] = [texts(raw.section), texts(raw.group)];
  const [find, q] = [text(raw.find), text(raw.q)];
  if (section) search.section = section;
  if (group) search.group = group;
  if (find) search.find = find;
  if (q) search.q = q;
  const cause = readCause(raw.cause);
  if (cause) search.cause = cause;
  return search;
}

/** The window that an address asks for, up to now or to a moment of the past. */
export function windowOf({ last, from, to, section, group, find, q }: ChangesSearch, asOf?: string): Window {
  const end = asOf === undefined ? Date.now() : Date.parse(asOf);
  const start = from ?? new Date(end - SPANS[last ?? "24h"] * 1000).toISOString();
  return { from: start, to: to ?? asOf, section, group, search: find, q };
}
