import type { AlertRule } from "../../../api/alerts";

/** What a field for a number holds: as it is typed. */
export type Draft = Omit<AlertRule, NumberField> & Record<NumberField, string>;

export type NumberField =
  | "threshold"
  | "clear"
  | "breaches"
  | "of"
  | "for_seconds"
  | "keep_firing_seconds"
  | "delay_seconds"
  | "every_seconds";

/** An alert on an expression, with the values that are chosen for its variables. */
export function newDraft(
  name: string,
  expression: string,
  chosen: ReadonlyMap<string, readonly string[]>,
): Draft {
  const used = [...chosen].filter(
    ([variable, values]) => values.length > 0 && expression.includes(`$${variable}`),
  );
  return {
    name,
    expression,
    variables: Object.fromEntries(used.map(([variable, values]) => [variable, [...values]])),
    direction: "above",
    threshold: "",
    clear: "",
    breaches: "1",
    of: "1",
    for_seconds: "120",
    keep_firing_seconds: "0",
    delay_seconds: "0",
    every_seconds: "60",
    summary: "",
    panel: "",
  };
}

export function draftOf(rule: AlertRule): Draft {
  return {
    ...rule,
    threshold: String(rule.threshold),
    clear: rule.clear === null ? "" : String(rule.clear),
    breaches: String(rule.breaches),
    of: String(rule.of),
    for_seconds: String(rule.for_seconds),
    keep_firing_seconds: String(rule.keep_firing_seconds),
    delay_seconds: String(rule.delay_seconds),
    every_seconds: String(rule.every_seconds),
  };
}

/** The alert that a draft is; nothing while a number is none. */
export function ruleOf(draft: Draft): AlertRule | undefined {
  const read = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));
  const rule: AlertRule = {
    ...draft,
    threshold: read(draft.threshold),
    clear: draft.clear.trim() === "" ? null : Number(draft.clear),
    breaches: read(draft.breaches),
    of: read(draft.of),
    for_seconds: read(draft.for_seconds),
    keep_firing_seconds: read(draft.keep_firing_seconds),
    delay_seconds: read(draft.delay_seconds),
    every_seconds: read(draft.every_seconds),
  };
  const numbers = Object.values(rule).filter(value => typeof value === "number");
  return rule.name.trim() !== "" && numbers.every(Number.isFinite) ? rule : undefined;
}

/** Labels in one line, without the name of the metric. */
export const labelText = (labels: Record<string, string>) =>
  Object.entries(labels)
    .filter(([name]) => name !== "__name__")
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
