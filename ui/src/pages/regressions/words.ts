import { format } from "d3-format";
import type { FindingKind, Regression } from "../../api/regressions";

const short = format(".4~g");

/** A value with its unit. */
export const amount = (value: number, unit: string) =>
  unit === "" ? short(value) : `${short(value)} ${unit}`;

/** The change in percent, with its sign. */
export const change = ({ change_percent }: Regression) =>
  change_percent === null || change_percent === undefined
    ? "from 0"
    : `${change_percent > 0 ? "+" : "−"}${short(Math.abs(change_percent))} %`;

export const KINDS: Record<FindingKind, string> = {
  regression: "Regression",
  drift: "Slow drift",
  machine: "The machine changed",
  improvement: "Improvement",
  bimodal: "Between two levels",
};

/** What got worse first; then what the machine did; then the rest. */
export const rank = ({ kind }: Regression) =>
  kind === "regression" || kind === "drift" ? 0 : kind === "machine" ? 1 : 2;

/** A share in percent. */
export const percent = (share: number) => `${short(100 * share)} %`;
