import type { BaselineFact, FactValue, PatchStep } from "../../api/baselines";
import type { FactSort } from "./search";

/** Where a fact stands: its place, and within a category its place there. */
export interface Place {
  at: number;
  inner?: number;
}

export interface FactRow extends Place {
  name: string;
  /** Absent of a category. */
  value?: FactValue;
  /** How many facts a category has. */
  size?: number;
  isFolded?: boolean;
}

export const keyOf = ({ at, inner }: Place) => (inner === undefined ? `${at}` : `${at}/${inner}`);

export const valueLines = (value: FactValue | null | undefined): string[] =>
  Array.isArray(value) ? value : [value ?? ""];

/** What somebody wrote, one value a line: several are a list. */
export function readValue(text: string): FactValue {
  const lines = text.split("\n").filter(line => line !== "");
  return lines.length > 1 ? lines : (lines[0] ?? "");
}

const names = new Intl.Collator("en", { numeric: true });

/** Facts in order, each with the place that it has in the baseline. */
function inOrder<F extends { name: string; value?: FactValue | null }>(
  facts: readonly F[],
  sort: FactSort | undefined,
): [number, F][] {
  const placed = [...facts.entries()];
  if (!sort) return placed;
  const textOf = (fact: F) => (sort.endsWith("name") ? fact.name : valueLines(fact.value).join("\n"));
  const turn = sort.startsWith("-") ? -1 : 1;
  return placed.sort(([, a], [, b]) => turn * names.compare(textOf(a), textOf(b)));
}

/** The rows of a list of facts: those that contain the text, with the category that they are in. */
export function rowsOf(
  facts: readonly BaselineFact[],
  folded: ReadonlySet<string>,
  find: string,
  sort?: FactSort,
): FactRow[] {
  const text = find.trim().toLowerCase();
  const has = (name: string, value?: FactValue | null) =>
    text === "" || `${name}\n${valueLines(value).join("\n")}`.toLowerCase().includes(text);
  const rows: FactRow[] = [];
  for (const [at, fact] of inOrder(facts, sort)) {
    const { name, values } = fact;
    if (!values) {
      if (has(name, fact.value)) rows.push({ at, name, value: fact.value ?? "" });
      continue;
    }
    const all = has(name);
    const inside = inOrder(values, sort).flatMap(([inner, each]) =>
      all || has(each.name, each.value) ? [{ at, inner, name: each.name, value: each.value }] : [],
    );
    if (!all && inside.length === 0) continue;
    const isFolded = folded.has(name) && text === "";
    rows.push({ at, name, size: values.length, isFolded });
    if (!isFolded) rows.push(...inside);
  }
  return rows;
}

/** The steps of a patch name places; each is preceded by a look whether what is meant still stands there. */
function meant(facts: readonly BaselineFact[], { at, inner }: Place): PatchStep[] {
  const outer = facts[at];
  const steps: PatchStep[] = [{ op: "test", path: `/${at}/name`, value: outer?.name }];
  if (inner !== undefined) {
    steps.push({ op: "test", path: `/${at}/values/${inner}/name`, value: outer?.values?.[inner]?.name });
  }
  return steps;
}

const pathOf = ({ at, inner }: Place) => (inner === undefined ? `/${at}` : `/${at}/values/${inner}`);

/** Adds a fact at the top, or to a category. */
export const adding = (
  facts: readonly BaselineFact[],
  category: number | undefined,
  fact: BaselineFact,
): PatchStep[] =>
  category === undefined
    ? [{ op: "add", path: "/-", value: fact }]
    : [...meant(facts, { at: category }), { op: "add", path: `/${category}/values/-`, value: fact }];

/** Puts other words in the place of a fact. */
export const changing = (facts: readonly BaselineFact[], place: Place, fact: BaselineFact): PatchStep[] => [
  ...meant(facts, place),
  { op: "replace", path: pathOf(place), value: fact },
];

/** Calls a category something else. */
export const renaming = (facts: readonly BaselineFact[], at: number, name: string): PatchStep[] => [
  ...meant(facts, { at }),
  { op: "replace", path: `/${at}/name`, value: name },
];

/** Removes facts, the last one first so that the places of the others stay. What a removed category has goes with it. */
export function removing(facts: readonly BaselineFact[], places: readonly Place[]): PatchStep[] {
  const whole = new Set(places.filter(({ inner }) => inner === undefined).map(({ at }) => at));
  const left = places.filter(({ at, inner }) => inner === undefined || !whole.has(at));
  const sorted = [...left].sort((a, b) => b.at - a.at || (b.inner ?? -1) - (a.inner ?? -1));
  return [
    ...sorted.flatMap(place => meant(facts, place)),
    ...sorted.map((place): PatchStep => ({ op: "remove", path: pathOf(place) })),
  ];
}

/** To which field of the dialog a refusal belongs. */
export function fieldOf(message: string): "name" | "value" | undefined {
  if (/^value |^Value for/.test(message)) return "value";
  return /name/i.test(message) ? "name" : undefined;
}
