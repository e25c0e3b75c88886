import type { Cell, FactState, LeafFact, Report } from "../../api/drift";

export type ColumnKind = "baseline" | "host" | "past";

export interface Column {
  id: string;
  kind: ColumnKind;
  name: string;
  /** When it was so. */
  at: string | null;
  /** The host of a past state; of a host its own id. */
  host?: string;
  /** A host that has reported no profile: every fact of it is missing. */
  isBare?: boolean;
}

/** The reference, then baselines, then hosts with their own past states behind them, then past states of others. */
export function columnsOf(report: Report, reference: string): Column[] {
  const past: Column[] = report.historical_system_profiles.map(each => ({
    id: each.id,
    kind: "past",
    name: each.display_name ?? each.system_id,
    at: each.updated,
    host: each.system_id,
  }));
  const columns: Column[] = [
    ...report.baselines.map(
      (each): Column => ({
        id: each.id,
        kind: "baseline",
        name: each.display_name,
        at: each.updated,
      }),
    ),
    ...report.systems.flatMap(each => [
      {
        id: each.id,
        kind: "host",
        name: each.display_name,
        at: each.last_updated,
        host: each.id,
        isBare: !each.system_profile_exists,
      } satisfies Column,
      ...past.filter(state => state.host === each.id),
    ]),
    ...past.filter(state => !report.systems.some(host => host.id === state.host)),
  ];
  const first = columns.find(column => column.id === reference);
  return first ? [first, ...columns.filter(column => column !== first)] : columns;
}

/** What a column says: nothing when it has no such fact. */
export interface Value {
  text: string;
  isRedacted: boolean;
  /** Not as the reference is; without a reference not as most are. */
  differs: boolean;
}

/** The category of facts that have none: no other is called so, since a name ends at its first dot. */
export const SINGLE = ".";

export interface Fact {
  /** `SINGLE` for facts of no category. */
  category: string;
  name: string;
  state: FactState;
  values: Value[];
  /** Of a fact with several values: each of them, and who has it. */
  several: { state: FactState; values: Value[] }[];
}

/** The facts of a report, their values in the order of the columns. */
export function factsOf(report: Report, columns: readonly Column[], reference: string): Fact[] {
  const place = new Map(columns.map((column, at) => [column.id, at]));
  const fact = (leaf: LeafFact, category: string): Fact => ({
    category,
    name: leaf.name,
    state: leaf.state,
    values: valuesOf(leaf.systems, leaf.state, place, reference),
    several: (leaf.multivalues ?? []).map(({ state, systems }) => ({
      state,
      values: valuesOf(systems, state, place, reference),
    })),
  });
  return report.facts.flatMap(entry =>
    "comparisons" in entry ? entry.comparisons.map(leaf => fact(leaf, entry.name)) : [fact(entry, SINGLE)],
  );
}

const written = (value: string | string[]) =>
  Array.isArray(value) ? value.filter(Boolean).join(", ") : value;

function valuesOf(
  cells: readonly Cell[],
  state: FactState,
  place: ReadonlyMap<string, number>,
  reference: string,
): Value[] {
  const values: Value[] = Array.from(place, () => ({ text: "", isRedacted: false, differs: false }));
  for (const cell of cells) {
    const at = place.get(cell.id);
    if (at === undefined) continue;
    values[at] = {
      text: written(cell.value),
      isRedacted: cell.is_obfuscated === true,
      differs: state !== "SAME" && cell.state === "DIFFERENT" && cell.id !== reference,
    };
  }
  if (reference === "" && state === "DIFFERENT") markOdd(values);
  else if (state === "INCOMPLETE_DATA") for (const value of values) value.differs ||= value.text === "";
  return values;
}

/** Without a reference those differ that do not say what more than half of them say; without such a value all do. */
function markOdd(values: Value[]) {
  const counts = new Map<string, number>();
  for (const { text } of values) counts.set(text, (counts.get(text) ?? 0) + 1);
  const usual = [...counts].find(([, count]) => count * 2 > values.length)?.[0];
  for (const value of values) value.differs = !value.isRedacted && value.text !== usual;
}
