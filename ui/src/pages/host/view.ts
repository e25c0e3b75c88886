/** What the address of one host says: which section, what is looked for, and which moments. */
export interface HostView {
  section?: string;
  find?: string;
  /** The host as it was after this change. */
  at?: number;
  /** The two moments that are compared. Without `to` it is now. */
  from?: number;
  to?: number;
  /** How much of the past the ruler shows. */
  span?: Span;
  /** Whether the changes are listed too. */
  list?: true;
  /** How it stands to its baselines, in place of its facts. */
  tab?: "drift" | "identity";
}

export const SPANS = ["1h", "24h", "7d", "30d"] as const;
export type Span = (typeof SPANS)[number];

const number = (value: unknown): number | undefined => {
  const read = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isSafeInteger(read) && read >= 0 ? read : undefined;
};

export function readHostView(raw: Record<string, unknown>): HostView {
  const view: HostView = {};
  if (typeof raw.section === "string" && raw.section !== "") view.section = raw.section;
  if (typeof raw.find === "string" && raw.find !== "") view.find = raw.find;
  const [at, from, to] = [number(raw.at), number(raw.from), number(raw.to)];
  if (from !== undefined) {
    view.from = from;
    if (to !== undefined) view.to = to;
  } else if (at !== undefined) view.at = at;
  const span = SPANS.find(each => each === raw.span);
  if (span) view.span = span;
  if (raw.list === "true" || raw.list === true) view.list = true;
  if (raw.tab === "drift" || raw.tab === "identity") view.tab = raw.tab;
  return view;
}
