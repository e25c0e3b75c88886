/** What a filter compares with; the API writes them so. */
export const OPERATORS = [
  { op: ">", name: ">" },
  { op: ">=", name: "≥" },
  { op: "==", name: "=" },
  { op: "<=", name: "≤" },
  { op: "<", name: "<" },
] as const;

export interface Filter {
  path: string;
  op: string;
  value: string;
}

const LINE = /^((?:"(?:[^"\\]|\\.)*"|[^\s"])+)\s+(>=|<=|==|=|>|<)\s+(.+)$/;

/** A filter from its text; none where it is not one. */
export function readFilter(text: string): Filter | undefined {
  const [, path, op, rest] = LINE.exec(text.trim()) ?? [];
  if (!path || !op || rest === undefined) return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(rest);
  return { path, op: op === "=" ? "==" : op, value: quoted?.[1]?.replaceAll('\\"', '"') ?? rest };
}

/** The text of a filter, with one blank between its parts; a value with blanks stands in quotes. */
export function filterText({ path, op, value }: Filter): string {
  const text = /[\s"]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
  return `${path} ${op} ${text}`;
}

export const isWhole = ({ path, value }: Filter) => path.trim() !== "" && value.trim() !== "";
