import { rangePath, type SeriesLabels } from "../../../api/metrics";
import { aligned, stepFor } from "../range";

/** Values at times, both in order; a value that is no number is a gap. */
export interface Points {
  x: Float64Array;
  y: Float64Array;
}

interface LabelledPoints extends Points {
  labels: SeriesLabels;
}

export interface Matrix {
  series: LabelledPoints[];
  /** How many series there were; no more than [`MOST_DRAWN`] are kept. */
  total: number;
  step: number;
  warnings: string[];
}

/** More lines than these are not told apart by anybody. */
const MOST_DRAWN = 50;
/** Points of all series of an answer together: with more the answer alone takes seconds. */
const BUDGET = 200_000;
const FEWEST = 24;

/** How many points a series may have when there are so many of them. */
export const pointsFor = (wanted: number, series: number) =>
  Math.max(FEWEST, Math.min(wanted, Math.floor(BUDGET / Math.max(1, series))));

/** The question over a range with about so many points. */
export function question(expr: string, from: number, to: number, points: number) {
  const step = stepFor(to - from, points);
  const [start, end] = aligned([from, to], step);
  return { path: rangePath(expr, start, Math.max(start, end), step), start, end: Math.max(start, end), step };
}

interface RangeAnswer {
  data: {
    resultType: string;
    result: { metric: SeriesLabels; values?: [number, string][] }[];
  };
  warnings?: string[];
  infos?: string[];
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  return Number(text);
}

/** What an answer holds, on one grid of times; of many series those with the highest values. */
export function matrixOf(answer: RangeAnswer, start: number, end: number, step: number): Matrix {
  const size = Math.round((end - start) / step) + 1;
  const x = Float64Array.from({ length: size }, (_, at) => start + at * step);
  const all = answer.data.result.map(({ metric, values }) => {
    const y = new Float64Array(size).fill(Number.NaN);
    let highest = Number.NEGATIVE_INFINITY;
    for (const [seconds, text] of values ?? []) {
      const at = Math.round((seconds * 1000 - start) / step);
      const value = numberOf(text);
      y[at] = value;
      if (value > highest) highest = value;
    }
    return { labels: metric, x, y, highest };
  });
  const total = all.length;
  if (total > MOST_DRAWN) all.sort((a, b) => b.highest - a.highest);
  return {
    series: all.slice(0, MOST_DRAWN).map(({ labels, x, y }) => ({ labels, x, y })),
    total,
    step,
    warnings: [...(answer.warnings ?? []), ...(answer.infos ?? [])],
  };
}

/** Rows of the metrics UI server as points. */
export function rowsOf(rows: readonly [string, number | null][]): Points {
  return {
    x: Float64Array.from(rows, row => Date.parse(row[0])),
    y: Float64Array.from(rows, row => row[1] ?? Number.NaN),
  };
}
