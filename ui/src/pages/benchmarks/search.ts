import type { ResultQuery } from "../../api/benchmarks";
import { listed } from "../../api/search";

type Raw = Record<string, unknown>;

/** What the address of the results says. */
export interface ResultsSearch {
  benchmark?: string;
  site?: string;
  flavor?: string;
  tags?: string[];
  after?: string;
  before?: string;
  /** As the API writes them: `machine.cpu.count > 4`. */
  filters?: string[];
  /** Places of the document that are columns. */
  columns?: string[];
  /** As the API writes it: `+site_name`, `-json.result.score`. */
  sort?: string;
  page?: number;
  per_page?: number;
  /** The picture of the chosen results. */
  x?: string;
  y?: string;
}

export const SIZES = [10, 15, 20, 50, 100] as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const texts = (value: unknown) => {
  const all = (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => text(one) !== undefined,
  );
  return all.length > 0 ? [...new Set(all)] : undefined;
};

export function readResultsSearch(raw: Raw): ResultsSearch {
  const search: ResultsSearch = {};
  // The names of the original's addresses are read too.
  const places = [
    ["benchmark", raw.benchmark ?? raw.benchmarkId],
    ["site", raw.site ?? raw.siteId],
    ["flavor", raw.flavor ?? raw.flavorId],
  ] as const;
  for (const [name, value] of places) {
    const id = text(value);
    if (id && UUID.test(id)) search[name] = id;
  }
  // A flavor is one of a site.
  if (!search.site) delete search.flavor;
  const tags = texts(raw.tags)?.filter(id => UUID.test(id));
  if (tags && tags.length > 0) search.tags = tags;
  for (const name of ["after", "before"] as const) {
    const date = text(raw[name]);
    if (date && DATE.test(date)) search[name] = date;
  }
  const filters = texts(raw.filters);
  if (filters) search.filters = filters;
  // As these pages write them, or the JSON array of the original.
  const columns = listed(raw.columns);
  if (columns) search.columns = columns;
  const sort = text(raw.sort);
  if (sort && /^[+-]./.test(sort)) search.sort = sort;
  const [page, size] = [Number(raw.page), Number(raw.per_page)];
  if (Number.isInteger(page) && page > 1) search.page = page;
  if (SIZES.some(each => each === size)) search.per_page = size;
  for (const name of ["x", "y"] as const) {
    const path = text(raw[name]);
    if (path) search[name] = path;
  }
  return search;
}

export const queryOf = (search: ResultsSearch): ResultQuery => ({
  benchmark_id: search.benchmark,
  site_id: search.site,
  flavor_id: search.flavor,
  tags_ids: search.tags,
  execution_after: search.after,
  execution_before: search.before,
  filters: search.filters,
  sort_by: search.sort ?? "-execution_datetime",
});

export const isNarrowed = ({ benchmark, site, tags, after, before, filters }: ResultsSearch) =>
  [benchmark, site, tags, after, before, filters].some(each => each !== undefined);

/** Ascending, then descending, then as at first. */
export function nextSort(sort: string | undefined, field: string): string | undefined {
  if (sort === `+${field}`) return `-${field}`;
  return sort === `-${field}` ? undefined : `+${field}`;
}
