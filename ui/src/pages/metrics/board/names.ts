import type { Chart } from "../document";

/** What a chart without a title is called: what it draws. */
export function nameOfChart({ title, metrics, queries }: Chart): string {
  if (title) return title;
  const drawn = [...queries.map(query => query.expr), ...metrics.map(metric => metric.metric_name)].filter(
    Boolean,
  );
  return drawn.length === 0 ? "New chart" : drawn.join(", ");
}

/** The measures of a metric of each table, as the original offers them. */
export function measuresOf(table: string): readonly string[] {
  const counts = ["count", "interval_count"];
  if (!table.includes("timer")) return counts;
  const times = ["mean", "min", "median", "max", "std_dev", "p75", "p95", "p98", "p99", "p999"];
  return [...counts, ...times, "mean_rate", "one_min_rate", "five_min_rate", "fifteen_min_rate"];
}
