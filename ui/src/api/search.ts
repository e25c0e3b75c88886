import { inventory } from "./client";
import { isWhere, whereParameter } from "./where";

/** The members of an address's query that name hosts, as the inventory calls them; each may stand once. */
const SINGLE = [
  "q",
  "hostname_or_id",
  "display_name",
  "fqdn",
  "insights_id",
  "subscription_manager_id",
  "provider_id",
  "provider_type",
  "os_release",
  "os_kernel_version",
  "updated_start",
  "updated_end",
  "last_check_in_start",
  "last_check_in_end",
] as const;

/** Those that may stand several times; one of the values is enough. */
export const MANY = [
  "staleness",
  "tags",
  "group_name",
  "group_id",
  "registered_with",
  "system_type",
  "os",
  "where",
] as const;

/** At most one of these may be asked for at a time. */
export const NAMES = ["hostname_or_id", "display_name", "fqdn", "insights_id"] as const;

/** The filters that one types. */
export const TYPED = [
  ...NAMES,
  "subscription_manager_id",
  "provider_id",
  "os_release",
  "os_kernel_version",
] as const;

const ORDERS = ["display_name", "group_name", "operating_system", "last_check_in", "updated"] as const;

export type Single = (typeof SINGLE)[number];
export type Many = (typeof MANY)[number];
export type Order = (typeof ORDERS)[number];

export type HostFilter = { [name in Single]?: string } & { [name in Many]?: string[] };

/** What the address of a list of hosts says. */
export interface HostSearch extends HostFilter {
  order_by?: Order;
  order_how?: "ASC" | "DESC";
  page?: number;
  per_page?: number;
  view?: "all";
  columns?: string[];
}

type Raw = Record<string, unknown>;

const text = (value: unknown): string | undefined => {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === "string" && last !== "" ? last : undefined;
};
// An empty text is a value here: the name of the group of hosts without one.
const texts = (value: unknown): string[] | undefined => {
  const all = (Array.isArray(value) ? value : [value]).filter(item => typeof item === "string");
  return all.length > 0 ? [...new Set(all)] : undefined;
};
/** The items of a list in one text: with commas between, or as JSON where an item has one itself. Read anew it is the same. */
export const listed = (value: unknown): string[] | undefined => {
  const all = (Array.isArray(value) ? value : [value]).filter(
    item => typeof item === "string" && item !== "",
  );
  const [only] = all;
  if (Array.isArray(value) || all.length !== 1) return texts(all);
  if (only.startsWith("[")) {
    try {
      return texts((JSON.parse(only) as unknown[]).filter(item => item !== ""));
    } catch {
      return undefined;
    }
  }
  return texts(only.split(",").filter(Boolean));
};
const natural = (value: unknown, most: number): number | undefined => {
  const number = Number(text(value) ?? value);
  return Number.isInteger(number) && number >= 1 && number <= most ? number : undefined;
};

/** Reads the query of an address; what it does not understand is left out. */
export function readHostSearch(raw: Raw): HostSearch {
  const search: HostSearch = {};
  for (const name of SINGLE) {
    const value = text(raw[name]);
    if (value !== undefined) search[name] = value;
  }
  for (const name of MANY) {
    const value = texts(raw[name]);
    if (value !== undefined) search[name] = value;
  }
  const where = search.where?.filter(isWhere) ?? [];
  search.where = where.length > 0 ? where : undefined;
  const by = text(raw.order_by);
  if (ORDERS.includes(by as Order)) search.order_by = by as Order;
  const how = text(raw.order_how);
  if (search.order_by && (how === "ASC" || how === "DESC")) search.order_how = how;
  const page = natural(raw.page, 21_474_837);
  if (page !== undefined && page > 1) search.page = page;
  const perPage = natural(raw.per_page, 100);
  if (perPage !== undefined) search.per_page = perPage;
  if (text(raw.view) === "all") search.view = "all";
  const columns = listed(raw.columns);
  if (columns) search.columns = columns;
  return search;
}

/** The filter alone. */
export function filterOf(search: HostSearch): HostFilter {
  const filter: HostFilter = {};
  for (const name of SINGLE) if (search[name] !== undefined) filter[name] = search[name];
  for (const name of MANY) if (search[name] !== undefined) filter[name] = search[name];
  return filter;
}

export const isFiltered = (search: HostSearch) => Object.keys(filterOf(search)).length > 0;

/** What a list is ordered by: where nothing is said by name, which stands still while machines report. */
export function orderOf({ order_by, order_how }: HostSearch): { by: Order; how: "ASC" | "DESC" } {
  const by = order_by ?? "display_name";
  const newestFirst = by === "updated" || by === "last_check_in";
  return { by, how: order_how ?? (newestFirst ? "DESC" : "ASC") };
}

/** The members of the profile that rows of hosts show. */
const ROW_PROFILE = [
  "operating_system",
  "os_release",
  "os_kernel_version",
  "arch",
  "number_of_cpus",
  "system_memory_bytes",
  "infrastructure_type",
  "cpu_model",
] as const;

/** A filter as the inventory takes it: what profiles say is asked for by their members, `RHEL 9.4` by name and version. */
function parameter(name: string, value: string): [string, string] {
  if (name === "where") return whereParameter(value);
  if (name === "os") {
    const [, system = value, version] = /^(.*) (\d+\.\d+)$/.exec(value) ?? [];
    const path = `filter[system_profile][operating_system]`;
    return version ? [`${path}[${system}][version][eq][]`, version] : [`${path}[name][eq][]`, system];
  }
  return name.startsWith("os_") ? [`filter[system_profile][${name}]`, value] : [name, value];
}

/** The request for a page of hosts. */
export function hostsPath(search: HostSearch, page: number, perPage: number): string {
  const params = new URLSearchParams();
  const asked = Object.entries(filterOf(search)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(one => parameter(name, one)),
  );
  for (const [name, value] of asked) {
    // Several values of one fact are a list, and are named so.
    const several = name.startsWith("filter[") && asked.filter(([other]) => other === name).length > 1;
    params.append(several && !name.endsWith("[]") ? `${name}[]` : name, value);
  }
  const { by, how } = orderOf(search);
  params.set("order_by", by);
  params.set("order_how", how);
  params.set("page", String(page));
  params.set("per_page", String(perPage));
  params.set("fields[system_profile]", ROW_PROFILE.join(","));
  return inventory(`/hosts?${params}`);
}

/** A query text as names and values; a name that stands several times has a list. */
export function parseQuery(query: string): Raw {
  const params = new URLSearchParams(query);
  const raw: Raw = {};
  for (const name of new Set(params.keys())) {
    const all = params.getAll(name);
    raw[name] = all.length > 1 ? all : all[0];
  }
  return raw;
}

const oneText = (items: readonly string[]) =>
  items.some(item => item.includes(",") || item.startsWith("[")) ? JSON.stringify(items) : items.join(",");

/** The other way round; `columns` is one text, other lists repeat their name. */
export function formatQuery(raw: Raw): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || value === null) continue;
    if (name === "columns" && Array.isArray(value)) params.set(name, oneText(value));
    else for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  // A comma and a colon need no escaping in a query, and people read these.
  const query = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return query === "" ? "" : `?${query}`;
}
