import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet } from "./client";
import type { components } from "./generated/fleet";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

export type Completion = Schemas["Completion"];

/** What may follow in a question that is written so far. */
export const completionsOf = (text: string) =>
  queryOptions({
    queryKey: ["completions", text],
    queryFn: ({ signal }) =>
      ask<Schemas["Completions"]>(fleet(`/completions?${new URLSearchParams({ text })}`), { signal }),
    staleTime: 10_000,
  });

/** On how many hosts a question is true, or was at a moment; what is no question is an error that says where and why. */
export const countOf = (question: string, asOf?: string) =>
  queryOptions({
    queryKey: [KEYS.hosts, "count", question, asOf],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ q: question, limit: "0" });
      if (asOf) params.set("as_of", asOf);
      return (await ask<Schemas["ListedHosts"]>(fleet(`/hosts?${params}`), { signal })).total;
    },
    enabled: question !== "",
    placeholderData: keepPreviousData,
  });

/** A text as it stands in a question: in double quotes. */
export const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`;

/** A text with a completion in the place of what stands before the cursor, and where the cursor is then. */
export function completed(
  kept: string,
  completion: string,
  behind: string,
): { text: string; cursor: number } {
  const isOpen = /[\s:=<>]$/.test(completion);
  const gap = isOpen || /^[\s),]/.test(behind) ? "" : " ";
  const text = kept + completion + gap + behind;
  return { text, cursor: (kept + completion + gap).length };
}
