import type { FactState } from "../../api/drift";
import { label } from "../../parts/labels";
import { type Fact, SINGLE, type Value } from "./report";
import type { CompareSearch, Shown, Sort } from "./search";
import { USUAL } from "./search";

export interface GroupRow {
  kind: "group";
  category: string;
  state: FactState;
  /** How many facts of it are shown, and how many there are. */
  shown: number;
  all: number;
  isFolded: boolean;
}

export interface FactRow {
  kind: "fact";
  fact: Fact;
}

export interface ValueRow {
  kind: "value";
  fact: Fact;
  at: number;
  state: FactState;
  values: readonly Value[];
}

export type Row = GroupRow | FactRow | ValueRow;

export interface Filter {
  texts: readonly string[];
  states: readonly Shown[];
  categories: readonly string[];
  /** The places of the baselines among the columns, when only what they name is shown. */
  named: readonly number[] | undefined;
}

/** The filter of an address. */
export const filterOf = (search: CompareSearch, baselines: readonly number[]): Filter => ({
  texts: [...(search["filter[name]"] ?? []), search.find ?? ""]
    .map(text => text.trim().toLowerCase())
    .filter(text => text !== ""),
  states: search["filter[state]"] ?? USUAL,
  categories: search.category ?? [],
  named: search["filter[show]"] === "baseline" && baselines.length > 0 ? baselines : undefined,
});

/** What a state is filtered as: redacted counts as incomplete. */
export function shownAs(state: FactState): Shown {
  if (state === "SAME") return "same";
  return state === "DIFFERENT" ? "different" : "incomplete";
}

/** The name of a category of facts; of facts in none. */
export const categoryName = (category: string) => (category === SINGLE ? "Single facts" : label(category));

/** Every condition has to hold. A text is looked for in category, name and values. */
function passes(fact: Fact, { texts, states, categories, named }: Filter): boolean {
  if (categories.length > 0 && !categories.includes(fact.category)) return false;
  if (!states.includes(shownAs(fact.state))) return false;
  if (named && !named.some(at => fact.values[at]?.text !== "")) return false;
  if (texts.length === 0) return true;
  const path = fact.category === SINGLE ? fact.name : `${fact.category}.${fact.name}`;
  const names = `${path}\n${label(path)}\n${categoryName(fact.category)}`.toLowerCase();
  return texts.some(
    text => names.includes(text) || fact.values.some(value => value.text.toLowerCase().includes(text)),
  );
}

const RANKS: Record<FactState, number> = {
  DIFFERENT: 0,
  INCOMPLETE_DATA: 1,
  INCOMPLETE_DATA_OBFUSCATED: 2,
  SAME: 3,
};

/** The state of several facts together, as the API does it for a category. */
export function together(states: readonly FactState[]): FactState {
  const found = new Set(states);
  if (found.has("DIFFERENT") || (found.has("INCOMPLETE_DATA") && found.has("SAME"))) return "DIFFERENT";
  return found.size === 1 && found.has("SAME") ? "SAME" : "INCOMPLETE_DATA";
}

function order(sort: Sort) {
  const byName = sort.fact === "asc" ? 1 : -1;
  const byState = sort.state === undefined ? 0 : sort.state === "desc" ? 1 : -1;
  return (a: { name: string; state: FactState }, b: { name: string; state: FactState }) =>
    byState * (RANKS[a.state] - RANKS[b.state]) || byName * compareNames(a.name, b.name);
}

const names = new Intl.Collator("en", { numeric: true });
const compareNames = (a: string, b: string) => names.compare(a, b);

interface Group {
  name: string;
  state: FactState;
  facts: Fact[];
  all: number;
}

/** The categories with the facts that pass, in order. Facts of no category come first. */
export function groupsOf(facts: readonly Fact[], filter: Filter, sort: Sort): Group[] {
  const byCategory = new Map<string, { shown: Fact[]; states: FactState[] }>();
  for (const fact of facts) {
    const group = byCategory.get(fact.category) ?? { shown: [], states: [] };
    byCategory.set(fact.category, group);
    group.states.push(fact.state);
    if (passes(fact, filter)) group.shown.push(fact);
  }
  const compare = order(sort);
  const groups = [...byCategory]
    .filter(([, group]) => group.shown.length > 0)
    .map(([name, { shown, states }]) => ({
      name,
      state: together(states),
      facts: shown.sort(compare),
      all: states.length,
    }));
  const single = groups.filter(group => group.name === SINGLE);
  return [...single, ...groups.filter(group => group.name !== SINGLE).sort(compare)];
}

/** The rows of the table: a head for each category, its facts, and below a fact of several values each of them. */
export function rowsOf(groups: readonly Group[], folded: readonly string[], states: readonly Shown[]): Row[] {
  const rows: Row[] = [];
  for (const { name, state, facts, all } of groups) {
    const isFolded = folded.includes(name);
    rows.push({ kind: "group", category: name, state, shown: facts.length, all, isFolded });
    if (isFolded) continue;
    for (const fact of facts) {
      rows.push({ kind: "fact", fact });
      for (const [at, each] of fact.several.entries()) {
        if (states.includes(shownAs(each.state))) rows.push({ kind: "value", fact, at, ...each });
      }
    }
  }
  return rows;
}
