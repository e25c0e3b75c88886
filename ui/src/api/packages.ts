import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet } from "./client";
import type { components } from "./generated/fleet";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

export const packageSearch = (search: string, limit: number, offset = 0, asOf?: string) =>
  queryOptions({
    queryKey: [KEYS.packages, "list", search, limit, offset, asOf],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ search, limit: String(limit), offset: String(offset) });
      if (asOf) params.set("as_of", asOf);
      return ask<Schemas["PackagesOut"]>(fleet(`/packages?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
  });

const path = (name: string) => fleet(`/packages/${encodeURIComponent(name)}`);

export const packageVersions = (name: string, asOf?: string) =>
  queryOptions({
    queryKey: [KEYS.packages, name, asOf],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams(asOf ? { as_of: asOf } : {});
      return ask<Schemas["PackageVersions"]>(`${path(name)}?${params}`, { signal });
    },
  });

export const packageHosts = (
  name: string,
  version: string | undefined,
  limit: number,
  offset: number,
  asOf?: string,
) =>
  queryOptions({
    queryKey: [KEYS.packages, name, "hosts", version, limit, offset, asOf],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ limit: String(limit), offset: String(offset) });
      if (asOf) params.set("as_of", asOf);
      if (version) params.set("version", version);
      return ask<Schemas["ListedHosts"]>(`${path(name)}/hosts?${params}`, { signal });
    },
    placeholderData: keepPreviousData,
  });
