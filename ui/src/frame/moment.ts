import { getRouteApi, rootRouteId, type SearchMiddleware } from "@tanstack/react-router";

/** The moment of the past that the pages show, in the address of each of them; without it they show now. */
export interface MomentSearch {
  as_of?: string;
}

export function readMoment(raw: Record<string, unknown>): MomentSearch {
  const at = raw.as_of;
  return typeof at === "string" && !Number.isNaN(Date.parse(at)) ? { as_of: at } : {};
}

/** Whoever goes to another page stays at the moment; `as_of: undefined` leads back to now. */
export const keepMoment: SearchMiddleware<MomentSearch> = ({ search, next }) => {
  const gone = next(search);
  return "as_of" in gone || search.as_of === undefined ? gone : { ...gone, as_of: search.as_of };
};

const root = getRouteApi(rootRouteId);

/** The moment that is shown; nothing for now. */
export const useMoment = (): string | undefined => root.useSearch().as_of;

/** When what is relative ends, in milliseconds: at that moment, or now. */
export const endOf = (asOf: string | undefined) => (asOf === undefined ? Date.now() : Date.parse(asOf));

const TELL = [
  /^\/$/,
  /^\/hosts$/,
  /^\/hosts\/[^/]+$/,
  /^\/changes$/,
  /^\/packages(\/[^/]+)?$/,
  /^\/compare\/outliers$/,
  /^\/dashboards\/(explore|[^/]+\/[^/]+)$/,
];

/** The pages that can show the past, in words. */
export const PAGES_OF_THE_PAST = "Overview, Hosts, a host, Changes, Packages, Odd ones and charts";

/** Whether the page at this path can show the past. */
export const tellsOfThePast = (path: string) => TELL.some(page => page.test(path));
