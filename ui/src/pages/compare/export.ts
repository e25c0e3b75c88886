import { csvLine } from "../../parts/csv";
import { type Column, type Fact, SINGLE, type Value } from "./report";
import { stateName } from "./words";

const shown = ({ text, isRedacted }: Value) => (isRedacted ? "(redacted)" : text);
const marked = (column: Column, reference: string) =>
  column.id === reference ? `${column.name} (reference)` : column.name;

/** What is shown, in its order, as CSV: names, then dates, then each category with its facts. */
export function asCsv(facts: readonly Fact[], columns: readonly Column[], reference: string): string {
  const lines = [
    csvLine(["Fact", "State", ...columns.map(column => marked(column, reference))]),
    csvLine(["", "", ...columns.map(column => column.at ?? "")]),
  ];
  let category = SINGLE;
  for (const fact of facts) {
    if (fact.category !== category) {
      category = fact.category;
      lines.push(csvLine([category, "", ...columns.map(() => "")]));
    }
    const indent = category === SINGLE ? "" : "    ";
    lines.push(csvLine([indent + fact.name, stateName(fact.state), ...fact.values.map(shown)]));
    for (const each of fact.several) {
      lines.push(csvLine([`${indent}    `, stateName(each.state), ...each.values.map(shown)]));
    }
  }
  return lines.join("");
}

/** The same as JSON. Values stand beside the ids of their columns: two may be called alike. */
export function asJson(facts: readonly Fact[], columns: readonly Column[], reference: string): string {
  const values = (all: readonly Value[]) =>
    Object.fromEntries(
      columns.map((column, at) => [column.id, all[at]?.isRedacted ? null : (all[at]?.text ?? "")]),
    );
  const report = {
    columns: columns.map(({ id, kind, name, at }) => ({
      id,
      kind,
      name,
      at,
      is_reference: id === reference,
    })),
    facts: facts.map(fact => ({
      fact: fact.category === SINGLE ? fact.name : `${fact.category}.${fact.name}`,
      state: stateName(fact.state),
      values: values(fact.values),
      ...(fact.several.length > 0 && {
        multivalues: fact.several.map(each => ({
          state: stateName(each.state),
          values: values(each.values),
        })),
      }),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** What a file of a comparison is called. */
export const fileName = (kind: "csv" | "json", now: Date) =>
  `comparison-${now.toISOString().replaceAll(":", "-").slice(0, 19)}.${kind}`;
