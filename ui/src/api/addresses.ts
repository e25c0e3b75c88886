import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet } from "./client";
import type { components } from "./generated/fleet";
import { KEYS } from "./queries";

/** Whether a text may be the beginning of an address of a network or of hardware. */
export const isLikelyAddress = (text: string) => /^(?=.*[.:-])[0-9a-f.:-]{3,}$/i.test(text);

/** Hosts with an address that begins so. */
export const addressSearch = (search: string, limit: number) =>
  queryOptions({
    queryKey: [KEYS.hosts, "addresses", search, limit],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ search, limit: String(limit) });
      return ask<components["schemas"]["AddressesOut"]>(fleet(`/addresses?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
  });
