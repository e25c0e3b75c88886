import { bisectLeft, bisectRight } from "d3-array";
import { scaleLinear, scaleLog, scaleTime, scaleUtc } from "d3-scale";
import type { ScaleKind, Side } from "../document";
import type { Series } from "./load";
import type { Points } from "./matrix";

export const xScale = (from: number, to: number, width: number, utc: boolean) =>
  (utc ? scaleUtc() : scaleTime()).domain([from, to]).range([0, Math.max(1, width)]);

/** The first and the one after the last point that a range shows, with a neighbour on each side. */
function inSight({ x }: Points, from: number, to: number): [number, number] {
  return [Math.max(0, bisectLeft(x, from) - 1), Math.min(x.length, bisectRight(x, to) + 1)];
}

/** The lowest and highest value in sight that the scale can show. */
function extentOf(
  series: readonly Points[],
  from: number,
  to: number,
  positive: boolean,
): [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const each of series) {
    const [begin, end] = inSight(each, from, to);
    for (let at = begin; at < end; at += 1) {
      const value = each.y[at] as number;
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

export type YScale = ReturnType<typeof yScale>;

/** Values to places. A scale of powers shows what is above zero alone, and one without values is from 0 to 1. */
export function yScale(
  series: readonly Points[],
  from: number,
  to: number,
  kind: ScaleKind,
  height: number,
  zero: boolean,
  piled = false,
) {
  const log = kind === "log";
  const drawn = piled ? stacked(series) : series;
  let [low, high] = extentOf(drawn, from, to, log) ?? (log ? [1, 10] : [0, 1]);
  if (zero && !log) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high)
    [low, high] =
      low === 0
        ? [-1, 1]
        : log
          ? [low / 2, high * 2]
          : [low - Math.abs(low) * 0.2, high + Math.abs(high) * 0.2];
  return log
    ? scaleLog().domain([low, high]).range([height, 0]).nice()
    : scaleLinear().domain([low, high]).range([height, 0]).nice(5);
}

/** Ticks that do not crowd: of a scale of powers the powers. */
export function ticksOf(scale: YScale, height: number): number[] {
  const many = Math.max(3, Math.floor(height / 42));
  const ticks = scale.ticks(many);
  return ticks.length > many * 2 ? ticks.filter(tick => Math.log10(tick) % 1 === 0) : ticks;
}

/** Each on top of the ones before it. What is missing adds nothing; only series of the same times are stacked. */
export function stacked<T extends Points>(series: readonly T[]): (T & { base: Float64Array })[] {
  const first = series[0];
  if (!first || !series.every(each => each.x.length === first.x.length && each.x[0] === first.x[0])) {
    return series.map(each => ({ ...each, base: new Float64Array(each.x.length) }));
  }
  let below = new Float64Array(first.x.length);
  return series.map(each => {
    const base = below;
    const y = each.y.map((value, at) => (base[at] as number) + (Number.isFinite(value) ? value : 0));
    below = y;
    return { ...each, y, base };
  });
}

/**
 * The points of a line as pixels show them: in each column the first, lowest, highest and last one, which draws the
 * same line as all of them.
 */
export function reduced(points: Points, from: number, to: number, width: number): Points {
  const [begin, end] = inSight(points, from, to);
  if (end - begin <= width * 4) return { x: points.x.subarray(begin, end), y: points.y.subarray(begin, end) };
  const kept: number[] = [];
  const column = (at: number) => Math.floor((((points.x[at] as number) - from) / (to - from)) * width);
  for (let at = begin; at < end; ) {
    const here = column(at);
    let [low, high, gap] = [at, at, -1];
    const first = at;
    for (; at < end && column(at) === here; at += 1) {
      const value = points.y[at] as number;
      if (Number.isNaN(value)) gap = at;
      else {
        if (!((points.y[low] as number) <= value)) low = at;
        if (!((points.y[high] as number) >= value)) high = at;
      }
    }
    for (const each of [...new Set([first, low, high, gap, at - 1])].sort((a, b) => a - b))
      if (each >= 0) kept.push(each);
  }
  return {
    x: Float64Array.from(kept, at => points.x[at] as number),
    y: Float64Array.from(kept, at => points.y[at] as number),
  };
}

/** The value of a line at a time: that of the nearest point, unless it is too far away. */
export function valueAt({ x, y }: Points, at: number, reach: number): number {
  const right = bisectLeft(x, at);
  const nearest =
    right > 0 && (right >= x.length || at - (x[right - 1] as number) < (x[right] as number) - at)
      ? right - 1
      : right;
  const time = x[nearest];
  return time !== undefined && Math.abs(time - at) <= reach ? (y[nearest] as number) : Number.NaN;
}

export interface Statistics {
  last: number;
  min: number;
  mean: number;
  max: number;
}

export function statistics({ x, y }: Points, from: number, to: number): Statistics {
  let [last, min, max, sum, many] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let at = bisectLeft(x, from); at < x.length && (x[at] as number) <= to; at += 1) {
    const value = y[at] as number;
    if (Number.isNaN(value)) continue;
    last = value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    many += 1;
  }
  const none = Number.NaN;
  return many === 0 ? { last, min: none, mean: none, max: none } : { last, min, mean: sum / many, max };
}

export const sidesOf = (series: readonly Series[]): Side[] =>
  (["left", "right"] as const).filter(side => series.some(each => each.axis === side));
