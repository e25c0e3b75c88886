import { queryOptions } from "@tanstack/react-query";
import { ask, fleet, send } from "./client";
import { KEYS } from "./queries";

/** What a machine says of its hardware. */
export interface Hardware {
  bios_uuid?: string;
  mac_addresses?: string[];
  cpu_model?: string;
}

/** A host that two machines claim. */
export interface Collision {
  host_id: string;
  display_name: string;
  raised: string;
  last_seen: string;
  times: number;
  conflict: string[];
  settled: boolean;
  machines: { hardware: Hardware; seq: number; first_seen: string; last_seen: string }[];
}

interface Match {
  seq: number;
  at: string;
  kind: string;
  reporter: string | null;
  matched: string | null;
  hardware: Hardware;
}

interface Identity {
  facts: Record<string, unknown>;
  matches: Match[];
  next: number | null;
  collision: Collision | null;
}

export const collisions = queryOptions({
  queryKey: [KEYS.overview, "collisions"],
  queryFn: ({ signal }) =>
    ask<{ total: number; collisions: Collision[] }>(fleet("/collisions?limit=6"), { signal }),
});

export const identityOf = (id: string) =>
  queryOptions({
    queryKey: [KEYS.timeline, id, "identity"],
    queryFn: ({ signal }) => ask<Identity>(fleet(`/hosts/${id}/identity?limit=100`), { signal }),
  });

export const settleCollision = (id: string) => send<void>("DELETE", fleet(`/collisions/${id}`));

export const splitHost = (host: string, seq: number) =>
  send<{ id: string; other: string }>("POST", fleet("/identity-changes"), { kind: "split", host, seq });
