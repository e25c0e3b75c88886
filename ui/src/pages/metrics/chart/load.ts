import { ApiError, ask } from "../../../api/client";
import { type ListedMetric, rowsPath, type SeriesLabels } from "../../../api/metrics";
import type { Chart, Side } from "../document";
import { filledIn, filledName } from "../variables";
import { type Matrix, type Points, rowsOf } from "./matrix";

/** What the worker is asked, or told to leave. */
export type Asked =
  | { id: number; expr: string; from: number; to: number; points: number }
  | { cancel: number };
export type Answered = { id: number } & (
  | { matrix: Matrix }
  | { error: { status: number; title: string; message: string } }
);

/** A line of a chart. */
export interface Series extends Points {
  key: string;
  name: string;
  labels: SeriesLabels;
  axis: Side;
  /** The unit that comes with the values, where one does. */
  unit: string;
}

export interface Loaded {
  from: number;
  to: number;
  series: Series[];
  total: number;
  step: number;
  warnings: string[];
}

type Waiting = { done: (matrix: Matrix) => void; failed: (error: Error) => void };

let worker: Worker | undefined;
let next = 1;
const waiting = new Map<number, Waiting>();

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Answered>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("matrix" in data) asked?.done(data.matrix);
    else asked?.failed(new ApiError(data.error.status, data.error.title, data.error.message));
  });
  return worker;
}

/** Asks for an expression over a range; the answer is read beside the page. */
function matrix(
  expr: string,
  from: number,
  to: number,
  points: number,
  signal: AbortSignal,
): Promise<Matrix> {
  const id = next;
  next += 1;
  return new Promise<Matrix>((done, failed) => {
    waiting.set(id, { done, failed });
    signal.addEventListener("abort", () => {
      waiting.delete(id);
      theWorker().postMessage({ cancel: id } satisfies Asked);
      failed(new DOMException("left", "AbortError"));
    });
    theWorker().postMessage({ id, expr, from, to, points } satisfies Asked);
  });
}

const plain = (labels: SeriesLabels) => {
  const rest = Object.entries(labels).filter(([name]) => name !== "__name__");
  const inner = rest.map(([name, value]) => `${name}="${value}"`).join(", ");
  return `${labels.__name__ ?? ""}${inner ? `{${inner}}` : ""}` || "value";
};

/** The labels that all of several series have alike: they tell none of them apart. */
export function sharedBy(all: readonly SeriesLabels[]): ReadonlySet<string> {
  const [first, ...others] = all;
  if (!first || others.length === 0) return new Set();
  return new Set(Object.keys(first).filter(name => others.every(labels => labels[name] === first[name])));
}

/** The name of a series: the words that the query has for it, or the labels that tell it from the others. */
export function nameOf(legend: string, labels: SeriesLabels, shared: ReadonlySet<string>): string {
  if (legend !== "")
    return legend.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) => labels[name] ?? "");
  const own = Object.entries(labels).filter(([name]) => !shared.has(name));
  return own.length > 0 ? plain(Object.fromEntries(own)).replace(/^\{(.*)\}$/, "$1") : plain(labels);
}

const DURATIONS = new Set(["min", "max", "mean", "median", "std_dev", "p75", "p95", "p98", "p99", "p999"]);
const unitOf = (metric: ListedMetric & { measure: string }) =>
  (metric.measure.endsWith("_rate")
    ? metric.rate_unit
    : DURATIONS.has(metric.measure)
      ? metric.duration_unit
      : null) ?? "";

/** All lines of a chart over a range. */
export async function loadChart(
  chart: Pick<Chart, "queries" | "metrics">,
  chosen: ReadonlyMap<string, readonly string[]>,
  [from, to]: [number, number],
  points: number,
  signal: AbortSignal,
): Promise<Loaded> {
  const step = (to - from) / Math.max(1, points);
  const asked = chart.queries
    .filter(query => query.expr.trim() !== "")
    .map(async (query, at) => {
      const expr = filledIn(query.expr, chosen, step, to - from);
      const found = await matrix(expr, from, to, points, signal);
      const shared = sharedBy(found.series.map(each => each.labels));
      const series = found.series.map(each => ({
        ...each,
        key: `${at} ${plain(each.labels)}`,
        name: nameOf(query.legend, each.labels, shared),
        axis: query.axis,
        unit: "",
      }));
      return { ...found, series };
    });
  const older = chart.metrics.map(async metric => {
    const named = {
      ...metric,
      environment: filledName(metric.environment, chosen),
      application: filledName(metric.application, chosen),
    };
    const path = rowsPath(named, from, to, points);
    const { data } = await ask<{ data: { rows: [string, number | null][] } }>(path, { signal });
    const place = [named.environment, named.application, named.metric_name].join(" · ");
    const series = {
      ...rowsOf(data.rows),
      key: `${metric.table} ${place} ${metric.measure}`,
      name: `${place} · ${metric.measure}`,
      labels: {},
      axis: metric.axis,
      unit: unitOf(metric),
    };
    return { series: [series], total: 1, step: 0, warnings: [] };
  });
  const all = await Promise.all([...asked, ...older]);
  return {
    from,
    to,
    series: all.flatMap(each => each.series),
    total: all.reduce((sum, each) => sum + each.total, 0),
    step: Math.max(0, ...all.map(each => each.step)),
    warnings: [...new Set(all.flatMap(each => each.warnings))],
  };
}
