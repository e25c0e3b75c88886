import type { Staleness } from "../../api/staleness";

export type Limit = Exclude<keyof Staleness, "id">;

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The limits in their order, with what the inventory takes at most, in seconds. */
export const LIMITS: readonly { limit: Limit; name: string; about: string; most: number }[] = [
  {
    limit: "conventional_time_to_stale",
    name: "Stale after",
    about: "it has missed its reports",
    most: 7 * DAY,
  },
  {
    limit: "conventional_time_to_stale_warning",
    name: "Silent after",
    about: "it needs a look",
    most: 180 * DAY,
  },
  {
    limit: "conventional_time_to_delete",
    name: "Removed after",
    about: "it leaves every list",
    most: 730 * DAY,
  },
];

/** A limit as one writes it: days where they are whole, else hours. */
export interface Written {
  number: string;
  unit: "h" | "d";
}

export const written = (seconds: number): Written =>
  seconds % DAY === 0
    ? { number: String(seconds / DAY), unit: "d" }
    : { number: String(Math.round((seconds / HOUR) * 100) / 100), unit: "h" };

/** In seconds; nothing for what is no number above zero. */
export function seconds({ number, unit }: Written): number | undefined {
  const value = Math.round(Number(number) * (unit === "d" ? DAY : HOUR));
  return number.trim() !== "" && Number.isFinite(value) && value >= 1 ? value : undefined;
}

/** What is to hold: what was written anew, and of the rest what holds, to the second. */
export const changed = (before: Staleness, draft: Partial<Record<Limit, Written>>) =>
  LIMITS.map(({ limit }) => {
    const text = draft[limit];
    return text ? seconds(text) : before[limit];
  });

/** What is wrong with the limits, in words: each has a bound, and comes before the next. */
export function wrongWith(limits: readonly (number | undefined)[]): string | undefined {
  for (const [at, { name, most }] of LIMITS.entries()) {
    const value = limits[at];
    if (value === undefined) return `${name}: write a number above zero`;
    if (value > most) return `${name}: ${most / DAY} days at most`;
    const before = limits[at - 1];
    if (before !== undefined && value <= before)
      return `${name}: longer than “${LIMITS[at - 1]?.name.toLowerCase()}”`;
  }
  return undefined;
}
