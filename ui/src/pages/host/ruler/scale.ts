import { scaleTime } from "d3-scale";
import type { Moment } from "../../../api/fleet";
import type { Span } from "../view";

const HOUR = 3_600_000;
const LENGTH: Record<Span, number> = { "1h": HOUR, "24h": 24 * HOUR, "7d": 168 * HOUR, "30d": 720 * HOUR };
/** So that a host of a moment ago has a ruler and not a point. */
const SHORTEST = 60_000;
/** Marks closer than this would lie on one another. */
const TOGETHER = 9;

/** Changes so close to one another that they are one mark; the newest is the last. */
export interface Mark {
  x: number;
  moments: Moment[];
}

/** From when to when the ruler goes: all that is known, or the last span of it. */
export function domain(moments: readonly Moment[], now: number, span: Span | undefined): [number, number] {
  if (span) return [now - LENGTH[span], now];
  const first = Math.min(now - SHORTEST, ...moments.map(moment => Date.parse(moment.at)));
  return [first - (now - first) * 0.02, now];
}

export const timeScale = (from: number, to: number, width: number) =>
  scaleTime()
    .domain([from, to])
    .range([0, Math.max(1, width)]);

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });

const second = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** A tick in words: the time of day, at midnight the day, and between minutes with the seconds. */
export function tickText(at: Date): string {
  if (at.getSeconds() !== 0) return second.format(at);
  return at.getHours() === 0 && at.getMinutes() === 0 ? day.format(at) : clock.format(at);
}

/** The moments as marks, oldest first; those outside of the ruler are left out. */
export function marks(moments: readonly Moment[], x: (at: Date) => number, width: number): Mark[] {
  const result: Mark[] = [];
  const inOrder = [...moments].sort((a, b) => a.seq - b.seq);
  for (const moment of inOrder) {
    const place = x(new Date(moment.at));
    if (place < -1 || place > width + 1) continue;
    const last = result.at(-1);
    if (last && place - last.x < TOGETHER) last.moments.push(moment);
    else result.push({ x: Math.max(0, place), moments: [moment] });
  }
  return result;
}
