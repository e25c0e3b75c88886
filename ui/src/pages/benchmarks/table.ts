import type { Result } from "../../api/benchmarks";
import { shown, valueAt } from "./paths";

export const benchmarkName = ({ docker_image, docker_tag }: Result["benchmark"]) =>
  `${docker_image}:${docker_tag}`;

/** A cell of CSV; what a spreadsheet would take for a formula is kept a text. */
function cell(value: unknown): string {
  const text = shown(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Results as CSV with the columns of the original, the time, and those that are shown. */
export function csvOf(results: readonly Result[], columns: readonly string[]): string {
  const head = ["id", "site", "flavor", "benchmark", "execution_datetime", ...columns];
  const rows = results.map(result => [
    result.id,
    result.site.name,
    result.flavor.name,
    benchmarkName(result.benchmark),
    result.execution_datetime,
    ...columns.map(path => valueAt(result.json, path)),
  ]);
  return `${[head, ...rows].map(row => row.map(cell).join(",")).join("\n")}\n`;
}
