import type { QueryClient } from "@tanstack/react-query";
import { type Result, type ResultQuery, results } from "../../api/benchmarks";
import { download } from "../../parts/download";
import { csvOf } from "./table";

const PAGE = 100;
/** More than these are for a program that reads the API. */
const MOST = 10_000;

/** Every result of a question, page by page. */
async function all(client: QueryClient, query: ResultQuery): Promise<Result[]> {
  const found: Result[] = [];
  for (let page = 1; ; page += 1) {
    const { items, pages, total } = await client.fetchQuery(results(query, page, PAGE));
    if (total > MOST) throw new Error(`${total} results are more than ${MOST}: narrow the search`);
    found.push(...items);
    if (page >= pages) return found;
  }
}

/** Offers the chosen results as a file, or all that are found where none is chosen. */
export async function exported(
  client: QueryClient,
  kind: "csv" | "json",
  query: ResultQuery,
  chosen: ReadonlyMap<string, Result>,
  columns: readonly string[],
): Promise<void> {
  const rows = chosen.size > 0 ? [...chosen.values()] : await all(client, query);
  if (kind === "csv") download("export.csv", csvOf(rows, columns), "text/csv");
  else download("export.json", JSON.stringify(rows, null, 2), "application/json");
}
