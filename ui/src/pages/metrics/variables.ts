import type { Chart } from "./document";

/** A value is chosen for each `$name` of an expression; `$group` means the hosts of a group. */
const NAME = /\$([a-zA-Z_]\w*)/g;

/** Those that stand for something else than the values of a label. */
const RESERVED = new Set(["__interval", "__rate_interval", "__range"]);

export const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(NAME)].map(found => found[1] as string).filter(name => !RESERVED.has(name))),
];

/** The variables of some charts: those of their expressions, and of the metrics of the older kind. */
export function variablesOf(charts: readonly Chart[]): string[] {
  const texts = charts.flatMap(chart => [
    ...chart.queries.map(query => query.expr),
    ...chart.metrics.flatMap(metric => [metric.environment, metric.application]),
  ]);
  return [...new Set(texts.flatMap(namesIn))].sort();
}

/** Chosen values as the address has them: `host=web-1`, repeated for several. */
export function chosenOf(pairs: readonly string[] | undefined): Map<string, string[]> {
  const chosen = new Map<string, string[]>();
  for (const pair of pairs ?? []) {
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    chosen.set(name, [...(chosen.get(name) ?? []), value]);
  }
  return chosen;
}

export const pairsOf = (chosen: ReadonlyMap<string, readonly string[]>): string[] =>
  [...chosen].flatMap(([name, values]) => values.map(value => `${name}=${value}`));

const escaped = (value: string) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Within a text of PromQL a backslash stands for what follows it. */
const quoted = (pattern: string) => pattern.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

/** What the variables of an expression stand for: a pattern for `=~`, and `.+` where nothing is chosen. */
export function filledIn(
  expr: string,
  chosen: ReadonlyMap<string, readonly string[]>,
  step: number,
  length: number,
): string {
  const rate = Math.max(60, Math.ceil((step / 1000) * 4));
  return expr.replace(NAME, (_, name: string) => {
    if (name === "__interval") return `${Math.ceil(step / 1000)}s`;
    if (name === "__rate_interval") return `${rate}s`;
    if (name === "__range") return `${Math.ceil(length / 1000)}s`;
    const values = chosen.get(name);
    return values && values.length > 0 ? values.map(value => quoted(escaped(value))).join("|") : ".+";
  });
}

/** A name of the older kind: the first value, for it takes one alone. */
export const filledName = (text: string, chosen: ReadonlyMap<string, readonly string[]>) =>
  text.replace(NAME, (whole, name: string) => chosen.get(name)?.[0] ?? whole);
