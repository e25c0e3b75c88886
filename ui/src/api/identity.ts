import { queryOptions } from "@tanstack/react-query";
import { ask, fleet, send } from "./client";
import type { components } from "./generated/fleet";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

/** What a machine says of its hardware. */
export interface Hardware {
  bios_uuid?: string;
  mac_addresses?: string[];
  cpu_model?: string;
}

/** The same with hardware as it is. */
type Told<T extends { hardware: unknown }> = Omit<T, "hardware"> & { hardware: Hardware };

/** A host that two machines claim. */
export type Collision = Omit<Schemas["Collision"], "machines"> & {
  machines: Told<Schemas["ClaimingMachine"]>[];
};

type Identity = Omit<Schemas["IdentityOut"], "matches" | "collision"> & {
  matches: Told<Schemas["Match"]>[];
  collision?: Collision | null;
};

/** A merge or a split. */
export type IdentityChange = Omit<Schemas["IdentityChange"], "hosts"> & {
  hosts: { id: string; display_name: string; facts: Hardware & { insights_id?: string } }[];
};

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

/** The merges and splits of a host. */
export const identityChanges = (host: string) =>
  queryOptions({
    queryKey: [KEYS.timeline, host, "identity-changes"],
    queryFn: ({ signal }) =>
      ask<{ changes: IdentityChange[] }>(fleet(`/identity-changes?host_id=${host}`), { signal }),
  });

export const settleCollision = (id: string) => send<void>("DELETE", fleet(`/collisions/${id}`));

/** Merges, splits or undoes; a dry run only tells what would be. */
export type ChangeIdentity = (dryRun: boolean) => Promise<IdentityChange>;

const query = (dryRun: boolean) => (dryRun ? "?dry_run=true" : "");

export const splitHost =
  (host: string, seq: number): ChangeIdentity =>
  dryRun =>
    send("POST", fleet(`/identity-changes${query(dryRun)}`), { kind: "split", host, seq });

export const mergeHosts =
  (kept: string, other: string): ChangeIdentity =>
  dryRun =>
    send("POST", fleet(`/identity-changes${query(dryRun)}`), { kind: "merge", kept, other });

export const undoIdentityChange =
  (id: string): ChangeIdentity =>
  dryRun =>
    send("DELETE", fleet(`/identity-changes/${id}${query(dryRun)}`));
