import type { LeafFact, Report } from "../../../api/drift";

export interface Drifted {
  path: string;
  wanted: string;
  found: string;
}

const written = (value: string | string[] | undefined) =>
  Array.isArray(value) ? value.filter(Boolean).join(", ") : (value ?? "");

/** The facts of a short report that are not as the baseline says. */
export function driftedFacts(report: Report, baseline: string): Drifted[] {
  const read = (leaf: LeafFact, category?: string): Drifted[] =>
    leaf.drifted_from_baseline
      ? [
          {
            path: category ? `${category}.${leaf.name}` : leaf.name,
            wanted: written(leaf.systems.find(cell => cell.id === baseline)?.value),
            found: written(leaf.systems.find(cell => cell.id !== baseline)?.value),
          },
        ]
      : [];
  return report.facts.flatMap(entry =>
    "comparisons" in entry ? entry.comparisons.flatMap(leaf => read(leaf, entry.name)) : read(entry),
  );
}
