/** A range that moves with the present, as `15m`, `6h` or `2d`, or two moments in milliseconds. */
export type Range = { last: string } | { from: number; to: number };

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export const PRESETS = ["15m", "1h", "6h", "24h", "7d", "30d"] as const;

/** The milliseconds of `15m`, `6h` and the like; none of them for anything else. */
export function lengthOf(text: string): number | undefined {
  const [, many, unit] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? [];
  const length = Number(many) * (UNITS[unit ?? ""] ?? 0);
  return length > 0 ? length : undefined;
}

/** From when to when, now. */
export function bounds(range: Range, now: number): [number, number] {
  if ("last" in range) return [now - (lengthOf(range.last) ?? UNITS.h ?? 0), now];
  return [range.from, range.to];
}

const STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];

/** The most points of a series that the API gives. */
export const MOST_POINTS = 11_000;

/** Between two points, in milliseconds: a round number of seconds that gives at most `points` of them. */
export function stepFor(length: number, points: number): number {
  const least = length / 1000 / Math.max(1, Math.min(points, MOST_POINTS));
  const found = STEPS.find(step => step >= least) ?? Math.ceil(least / 86_400) * 86_400;
  return found * 1000;
}

/** Bounds at multiples of the step, so that pictures of one moment and of the next have the same points. */
export function aligned([from, to]: [number, number], step: number): [number, number] {
  return [Math.ceil(from / step) * step, Math.floor(to / step) * step];
}

export const rangeText = (range: Range) => ("last" in range ? `last ${range.last}` : "fixed");
