import { queryOptions } from "@tanstack/react-query";
import { ask, send } from "./client";
import { KEYS } from "./queries";

/** Where the Prometheus API of this program answers. */
export const PROMETHEUS = "/prometheus";
const prometheus = (path: string) => `${PROMETHEUS}/api/v1${path}`;

export const METRIC_KEYS = { dashboards: "dashboards", labels: "metric-labels" } as const;

export type DashboardType = "time_series" | "alert";

export interface StoredDashboard {
  type: DashboardType;
  name: string;
  /** As it was stored; `pages/metrics/document` reads it. */
  data: unknown;
}

/** A metric of the metrics UI server. */
export interface ListedMetric {
  environment: string;
  application: string;
  metric_name: string;
  table: string;
  duration_unit: string | null;
  rate_unit: string | null;
  last_timestamp: string;
}

const boards = "/api/v1/dashboards";
const boardPath = (type: DashboardType, name: string) => `${boards}/${type}/${encodeURIComponent(name)}`;

export const dashboards = queryOptions({
  queryKey: [METRIC_KEYS.dashboards],
  queryFn: async ({ signal }) =>
    (await ask<{ dashboards: StoredDashboard[] }>(boards, { signal })).dashboards,
});

export const oneDashboard = (type: DashboardType, name: string) =>
  queryOptions({
    queryKey: [METRIC_KEYS.dashboards, type, name],
    queryFn: async ({ signal }) =>
      (await ask<{ dashboard: StoredDashboard }>(boardPath(type, name), { signal })).dashboard,
    // What is being edited here is not replaced under the hands.
    refetchOnWindowFocus: false,
  });

export const createDashboard = (board: StoredDashboard) => send<void>("POST", boards, board);
export const saveDashboard = (type: DashboardType, name: string, data: unknown) =>
  send<void>("PUT", boardPath(type, name), { data });
export const deleteDashboard = (type: DashboardType, name: string) =>
  send<void>("DELETE", boardPath(type, name));

export const listedMetrics = queryOptions({
  queryKey: ["listed-metrics"],
  queryFn: async ({ signal }) =>
    (await ask<{ data: { metrics: ListedMetric[] } }>("/api/v1/metrics", { signal })).data.metrics,
});

/** The path of one measure of a metric, in at most about `size` bins. */
export function rowsPath(
  metric: Pick<ListedMetric, "environment" | "application" | "metric_name" | "table"> & { measure: string },
  start: number,
  end: number,
  size: number,
): string {
  const place = [metric.table, metric.environment, metric.application, metric.metric_name];
  const params = new URLSearchParams({
    columns: metric.measure,
    size: String(size),
    start_timestamp: new Date(start).toISOString(),
    end_timestamp: new Date(end).toISOString(),
  });
  return `/api/v1/metrics/${place.map(encodeURIComponent).join("/")}?${params}`;
}

interface Breaches {
  errors: unknown[];
  warnings: unknown[];
}

/** How often a measure was at or above two bounds. */
export const breaches = (
  metric: Pick<ListedMetric, "environment" | "application" | "metric_name" | "table"> & { measure: string },
  bounds: { warning: number; error: number },
  start: number,
  end: number,
  signal: AbortSignal,
) => {
  const place = [metric.environment, metric.application, metric.table, metric.metric_name];
  const params = new URLSearchParams({
    measure: metric.measure,
    warning: String(bounds.warning),
    error: String(bounds.error),
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
  });
  return ask<Breaches>(`/api/v1/alerts/${place.map(encodeURIComponent).join("/")}?${params}`, { signal });
};

/** The address of a question over a range; times in milliseconds. */
export const rangePath = (expr: string, start: number, end: number, step: number) =>
  prometheus(
    `/query_range?${new URLSearchParams({
      query: expr,
      start: String(start / 1000),
      end: String(end / 1000),
      step: String(step / 1000),
    })}`,
  );

export const instantPath = (expr: string, at: number) =>
  prometheus(`/query?${new URLSearchParams({ query: expr, time: String(at / 1000) })}`);

/** The values of a label, of some series or of all. */
export const labelValues = (label: string, match?: string, limit = 1_000) =>
  queryOptions({
    queryKey: [METRIC_KEYS.labels, label, match, limit],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ limit: String(limit) });
      if (match) params.set("match[]", match);
      const path = prometheus(`/label/${encodeURIComponent(label)}/values?${params}`);
      return (await ask<{ data: string[] }>(path, { signal })).data;
    },
    staleTime: 60_000,
  });

export type SeriesLabels = Record<string, string>;

/** Which series there are that one of the selectors finds, up to a number of them. */
export const seriesOf = (matches: readonly string[], length: number, limit: number) =>
  queryOptions({
    queryKey: [METRIC_KEYS.labels, "series", ...matches, limit],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({
        start: String((Date.now() - length) / 1000),
        limit: String(limit),
      });
      for (const match of matches) params.append("match[]", match);
      return (await ask<{ data: SeriesLabels[] }>(prometheus(`/series?${params}`), { signal })).data;
    },
    staleTime: 60_000,
  });

/** How many series, or values, something has. */
interface Counted {
  name: string;
  value: number;
}

/** What makes how many series, the most first. */
export interface Cardinality {
  headStats: { numSeries: number; numLabelPairs: number };
  seriesCountByMetricName: Counted[];
  labelValueCountByLabelName: Counted[];
  /** Each as `label=value`. */
  seriesCountByLabelValuePair: Counted[];
}

export const cardinality = queryOptions({
  queryKey: [KEYS.series],
  queryFn: async ({ signal }) =>
    (await ask<{ data: Cardinality }>(prometheus("/status/tsdb?limit=30"), { signal })).data,
});

/** Deletes every sample of the series that a selector finds. */
export const removeSeries = (selector: string) =>
  send<void>("DELETE", prometheus(`/series?${new URLSearchParams({ "match[]": selector })}`));
