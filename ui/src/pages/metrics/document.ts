import type { DashboardType, ListedMetric } from "../../api/metrics";
import { lengthOf, type Range } from "./range";

/** How the series of a chart are drawn. */
export const KINDS = ["line", "area", "stack", "step", "bars"] as const;
export type Kind = (typeof KINDS)[number];

export type Side = "left" | "right";
export type ScaleKind = "linear" | "log";

/** A metric of the metrics UI server in a chart. */
export type ChartMetric = ListedMetric & { measure: string; axis: Side };

/** An expression in a chart; its own words are added to the documents of the original, which does not read them. */
export interface ChartQuery {
  expr: string;
  /** `{{host}}` stands for the value of a label. */
  legend: string;
  axis: Side;
}

export interface Chart {
  title: string;
  range: Range;
  scales: Record<Side, ScaleKind>;
  units: Record<Side, string>;
  kind: Kind;
  /** How many points a series has at most; 0 for as many as there are pixels. */
  points: number;
  metrics: ChartMetric[];
  queries: ChartQuery[];
  /** What was stored; members that these pages do not know are stored again. */
  raw: Raw;
}

export interface Note {
  at: number;
  text: string;
}

export interface Board {
  name: string;
  charts: Chart[];
  notes: Note[];
  raw: Raw;
}

export interface Alert {
  metric: ListedMetric & { measure: string };
  warning: string;
  error: string;
  raw: Raw;
}

export interface AlertBoard {
  name: string;
  range: Range;
  alerts: Alert[];
  raw: Raw;
}

type Raw = Record<string, unknown>;

/** On a chart of the original no more than this many metrics are plotted. */
export const MOST_METRICS = 8;

const HOUR: Range = { last: "1h" };
const PERIODS: Record<string, string> = { minutes: "m", hours: "h", days: "d" };
const PERIOD_NAMES: Record<string, string> = { m: "minutes", h: "hours", d: "days" };

const object = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): Raw[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: unknown) => (typeof value === "string" ? value : "");
const side = (value: unknown): Side => (value === "right" ? "right" : "left");

/** The number and the unit of a period, in either order: the original once stored them swapped. */
function period(raw: Raw): Range {
  const pair = [raw.rangeMultiplier, raw.rangePeriod];
  const unit = pair.map(each => PERIODS[text(each)]).find(Boolean);
  const many = pair.map(Number).find(each => Number.isInteger(each) && each > 0);
  const last = `${many}${unit}`;
  return unit && many && lengthOf(last) ? { last } : HOUR;
}

function chartRange(raw: Raw): Range {
  if (raw.rangeType !== "fixed") return period(raw);
  const [from, to] = [Date.parse(text(raw.startDate)), Date.parse(text(raw.endDate))];
  return from < to ? { from, to } : HOUR;
}

/** The members of a range as the original has them. What it has no word for becomes the next it has. */
function storedRange(range: Range, now: number): Raw {
  if ("from" in range) {
    return {
      rangeType: "fixed",
      startDate: new Date(range.from).toISOString(),
      endDate: new Date(range.to).toISOString(),
    };
  }
  const [, many = "1", unit = "h"] = /^(\d+)(\w)$/.exec(range.last) ?? [];
  const length = lengthOf(range.last) ?? 3_600_000;
  const asMinutes = { rangePeriod: "minutes", rangeMultiplier: Math.max(1, Math.round(length / 60_000)) };
  const named = PERIOD_NAMES[unit];
  return {
    rangeType: "dynamic",
    ...(named ? { rangePeriod: named, rangeMultiplier: Number(many) } : asMinutes),
    startDate: new Date(now - length).toISOString(),
    endDate: new Date(now).toISOString(),
  };
}

const listed = (raw: Raw): ListedMetric => ({
  environment: text(raw.environment),
  application: text(raw.application),
  metric_name: text(raw.metric_name),
  table: text(raw.table),
  duration_unit: text(raw.duration_unit) || null,
  rate_unit: text(raw.rate_unit) || null,
  last_timestamp: text(raw.last_timestamp),
});

export function newChart(): Chart {
  return {
    title: "",
    range: HOUR,
    scales: { left: "linear", right: "linear" },
    units: { left: "", right: "" },
    kind: "line",
    points: 0,
    metrics: [],
    queries: [],
    raw: {},
  };
}

function readChart(raw: Raw): Chart {
  const scale = (value: unknown): ScaleKind => (value === "log" ? "log" : "linear");
  const points = Number(raw.points);
  return {
    title: text(raw.title),
    range: chartRange(raw),
    scales: { left: scale(raw.leftAxis), right: scale(raw.rightAxis) },
    units: { left: text(raw.leftUnit), right: text(raw.rightUnit) },
    kind: KINDS.find(kind => kind === raw.kind) ?? "line",
    points: Number.isInteger(points) && points > 0 ? points : 0,
    metrics: list(raw.metrics).map(each => ({
      ...each,
      ...listed(each),
      measure: text(each.measure),
      axis: side(each.axis),
    })),
    queries: list(raw.queries).map(each => ({
      expr: text(each.expr),
      legend: text(each.legend),
      axis: side(each.axis),
    })),
    raw,
  };
}

function storedChart(chart: Chart, now: number): Raw {
  const { title, range, scales, units, kind, points, metrics, queries, raw } = chart;
  return {
    initialLoad: false,
    ...raw,
    title,
    ...storedRange(range, now),
    selectionStartDate: null,
    selectionEndDate: null,
    leftAxis: scales.left,
    rightAxis: scales.right,
    leftUnit: units.left,
    rightUnit: units.right,
    kind,
    points,
    metrics,
    queries,
    previewData: [],
    data: [],
  };
}

/** A dashboard of charts from its document. Whatever is missing or wrong in it becomes what a new one has. */
export function readBoard(name: string, data: unknown): Board {
  const raw = object(data);
  const notes = list(raw.notes)
    .map(note => ({ at: Date.parse(text(note.at)), text: text(note.text) }))
    .filter(note => Number.isFinite(note.at));
  return { name, charts: list(raw.charts).map(readChart), notes, raw };
}

export function storedBoard({ name, charts, notes, raw }: Board, now: number): Raw {
  return {
    version: "1.0",
    ...raw,
    name,
    charts: charts.map(chart => storedChart(chart, now)),
    notes: notes.map(note => ({ at: new Date(note.at).toISOString(), text: note.text })),
  };
}

export function readAlertBoard(name: string, data: unknown): AlertBoard {
  const raw = object(data);
  const alerts = list(raw.alerts).map(each => {
    const metric = object(each.metric);
    return {
      metric: { ...metric, ...listed(metric), measure: text(metric.measure) },
      warning: String(each.warning ?? ""),
      error: String(each.error ?? ""),
      raw: each,
    };
  });
  return { name, range: period(raw), alerts, raw };
}

export function storedAlertBoard({ name, range, alerts, raw }: AlertBoard, now: number): Raw {
  const { rangePeriod, rangeMultiplier } = storedRange(range, now);
  return {
    version: "1.0",
    ...raw,
    name,
    rangePeriod,
    rangeMultiplier,
    alerts: alerts.map(alert => ({
      ...alert.raw,
      metric: alert.metric,
      warning: alert.warning,
      error: alert.error,
      isLoading: false,
      loadError: null,
      data: { warnings: null, errors: null },
    })),
  };
}

/** The document of a dashboard that was just made. */
export const emptyDocument = (type: DashboardType, name: string, now: number): Raw =>
  type === "alert"
    ? storedAlertBoard({ name, range: HOUR, alerts: [], raw: {} }, now)
    : storedBoard({ name, charts: [], notes: [], raw: {} }, now);
