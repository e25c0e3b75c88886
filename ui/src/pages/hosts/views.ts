import { useSyncExternalStore } from "react";
import { formatQuery, type HostSearch, parseQuery, readHostSearch } from "../../api/search";

/** A list that somebody keeps under a name, in this browser. */
export interface View {
  name: string;
  /** As in the address. */
  query: string;
}

const VIEWS = "plumbline-views";
const COLUMNS = "plumbline-columns";
const listeners = new Set<() => void>();
let known: readonly View[] | undefined;

function stored<T>(key: string, isIt: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isIt(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A browser may be told to keep nothing; then it holds for this page. */
function store(key: string, value: unknown) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It is kept in memory.
  }
}

const areViews = (value: unknown): value is View[] =>
  Array.isArray(value) &&
  value.every(each => typeof each?.name === "string" && typeof each?.query === "string");
const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(each => typeof each === "string");

const views = () => {
  known ??= stored(VIEWS, areViews) ?? [];
  return known;
};

function set(next: readonly View[]) {
  known = next;
  store(VIEWS, next);
  for (const listener of listeners) listener();
}

export const useViews = () =>
  useSyncExternalStore(listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, views);

/** Keeps a list under a name; one of that name is replaced. */
export function keep(name: string, { page, ...search }: HostSearch) {
  const others = views().filter(view => view.name !== name);
  set([...others, { name, query: formatQuery(search) }].sort((a, b) => a.name.localeCompare(b.name)));
}

export const forget = (name: string) => set(views().filter(view => view.name !== name));

export const searchOf = (view: View): HostSearch => readHostSearch(parseQuery(view.query));

/** The columns that somebody chose last, for lists whose address names none. */
export const rememberedColumns = () => stored(COLUMNS, areTexts);
export const rememberColumns = (columns: readonly string[] | undefined) => store(COLUMNS, columns ?? null);
