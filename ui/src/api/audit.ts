import { infiniteQueryOptions } from "@tanstack/react-query";
import { ask, fleet } from "./client";
import type { components } from "./generated/fleet";

type Schemas = components["schemas"];

export type AuditEntry = Schemas["AuditEntry"];
type Page = Schemas["AuditOut"];

export interface AuditAsked {
  from?: string;
  to?: string;
  actor?: string;
  operation?: string;
}

/** What people and tokens changed, newest first. `from` is read when it is asked: "the last day" moves on. */
export const auditLog = (key: unknown, asked: () => AuditAsked) =>
  infiniteQueryOptions({
    queryKey: ["audit", key],
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: "100" });
      for (const [name, value] of Object.entries({ ...asked(), cursor: pageParam }))
        if (value) params.set(name, value);
      return ask<Page>(fleet(`/audit?${params}`), { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last: Page) => last.next ?? undefined,
  });
