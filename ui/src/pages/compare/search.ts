/**
 * What the address of a comparison says. The names of its members are those of the original's pages, so that an address
 * that somebody kept still leads to the same comparison.
 */
export interface CompareSearch {
  system_ids?: string[];
  baseline_ids?: string[];
  hsp_ids?: string[];
  /** Empty: none, though there is a baseline. */
  reference_id?: string;
  /** The text in the field; the kept ones are in `filter[name]`. */
  find?: string;
  /** Texts of which a fact has to contain one. */
  "filter[name]"?: string[];
  /** Which states are shown; without it those that differ. */
  "filter[state]"?: Shown[];
  /** Only facts that a baseline names. */
  "filter[show]"?: "baseline";
  category?: string[];
  /** The categories whose facts are folded away. */
  folded?: string[];
  sort?: string;
  /** The dialog that is open. */
  add?: Addition;
}

export const SHOWN = ["different", "incomplete", "same"] as const;
export type Shown = (typeof SHOWN)[number];
export const USUAL: readonly Shown[] = ["different", "incomplete"];

const ADDITIONS = ["hosts", "baselines", "states"] as const;
export type Addition = (typeof ADDITIONS)[number];

/** So many columns are drawn side by side; the API has no such bound. */
export const MOST = 60;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function texts(value: unknown): string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((item): item is string => typeof item === "string" && item !== "");
}

const listed = (value: unknown) => [...new Set(texts(value).flatMap(text => text.split(",")))];
const ids = (value: unknown) =>
  listed(value)
    .map(id => id.toLowerCase())
    .filter(id => ID.test(id));

/** Reads the query of an address; what it does not understand is left out. */
export function readCompareSearch(raw: Record<string, unknown>): CompareSearch {
  const search: CompareSearch = {};
  for (const name of ["system_ids", "baseline_ids", "hsp_ids"] as const) {
    const found = ids(raw[name]);
    if (found.length > 0) search[name] = found;
  }
  const reference = raw.reference_id;
  if (reference === "") search.reference_id = "";
  else if (typeof reference === "string" && isAmong(search, reference.toLowerCase())) {
    search.reference_id = reference.toLowerCase();
  }
  for (const name of ["filter[name]", "category", "folded"] as const) {
    const found = [...new Set(texts(raw[name]))];
    if (found.length > 0) search[name] = found;
  }
  if (typeof raw.find === "string" && raw.find !== "") search.find = raw.find;
  const wanted = listed(raw["filter[state]"]).map(text =>
    text.toLowerCase().replace("incomplete_data", "incomplete"),
  );
  const states = wanted.includes("all") ? [...SHOWN] : SHOWN.filter(state => wanted.includes(state));
  if (states.length > 0 && states.join() !== USUAL.join()) search["filter[state]"] = states;
  if (raw["filter[show]"] === "baseline") search["filter[show]"] = "baseline";
  if (typeof raw.sort === "string" && readSort(raw.sort)) search.sort = raw.sort;
  const add = ADDITIONS.find(each => each === raw.add);
  if (add) search.add = add;
  return search;
}

const isAmong = (search: CompareSearch, id: string) =>
  [search.system_ids, search.baseline_ids, search.hsp_ids].some(list => list?.includes(id));

/** By state and then by name, or by name alone; a minus turns it around. */
export interface Sort {
  state?: "asc" | "desc";
  fact: "asc" | "desc";
}

function readSort(text: string): Sort | undefined {
  const found = /^(?:(-?)state,)?(-?)fact$/.exec(text);
  if (!found) return undefined;
  const fact = found[2] === "-" ? "desc" : "asc";
  return found[1] === undefined ? { fact } : { state: found[1] === "-" ? "desc" : "asc", fact };
}

const sortText = ({ state, fact }: Sort) =>
  `${state === undefined ? "" : `${state === "desc" ? "-" : ""}state,`}${fact === "desc" ? "-" : ""}fact`;

/** What differs comes first. */
export const sortOf = (search: CompareSearch): Sort =>
  readSort(search.sort ?? "") ?? { state: "desc", fact: "asc" };

export const sorted = (sort: Sort) => {
  const text = sortText(sort);
  return text === "-state,fact" ? undefined : text;
};

/** The record that all others are compared with: the one that was chosen, else the first baseline. */
export const referenceOf = (search: CompareSearch) => search.reference_id ?? search.baseline_ids?.[0] ?? "";

/** How many records are compared. */
export const sizeOf = (search: CompareSearch) =>
  (search.system_ids?.length ?? 0) + (search.baseline_ids?.length ?? 0) + (search.hsp_ids?.length ?? 0);

/** Without these records, and without a reference that is no more. */
export function without(search: CompareSearch, gone: readonly string[]): CompareSearch {
  const left: CompareSearch = { ...search };
  for (const name of ["system_ids", "baseline_ids", "hsp_ids"] as const) {
    const rest = left[name]?.filter(id => !gone.includes(id)) ?? [];
    left[name] = rest.length > 0 ? rest : undefined;
  }
  if (left.reference_id && gone.includes(left.reference_id)) left.reference_id = undefined;
  return left;
}

/** The same records without a filter. */
export const unfiltered = (search: CompareSearch): CompareSearch => ({
  ...search,
  find: undefined,
  "filter[name]": undefined,
  "filter[state]": undefined,
  "filter[show]": undefined,
  category: undefined,
});
