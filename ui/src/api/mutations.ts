import { chunks, fleet, inventory, send } from "./client";
import type { Group, Tag } from "./types";

// A hundred ids are the most that one request takes; fifty keep its address short.
const RUN = 50;

async function eachRun(ids: readonly string[], work: (run: string) => Promise<unknown>) {
  for (const run of chunks(ids, RUN)) await work(run.join(","));
}

export const renameHost = (id: string, names: { display_name?: string; ansible_host?: string }) =>
  send<void>("PATCH", inventory(`/hosts/${id}`), names);

export const deleteHosts = (ids: readonly string[]) =>
  eachRun(ids, run => send<void>("DELETE", inventory(`/hosts/${run}`)));

export const changeTags = (ids: readonly string[], change: { add: Tag[]; remove: Tag[] }) =>
  eachRun(ids, run => send<{ changed: number }>("PATCH", fleet(`/hosts/${run}/tags`), change));

export const createGroup = (name: string, hosts: readonly string[] = []) =>
  send<Group>("POST", inventory("/groups"), hosts.length > 0 ? { name, host_ids: hosts } : { name });

export const renameGroup = (id: string, name: string) =>
  send<Group>("PATCH", inventory(`/groups/${id}`), { name });

export const deleteGroups = (ids: readonly string[]) =>
  eachRun(ids, run => send<void>("DELETE", inventory(`/groups/${run}`)));

/** A host is in one group at most: the one it was in, it leaves. */
export async function moveToGroup(group: string, hosts: readonly string[]) {
  for (const run of chunks(hosts, RUN)) await send<Group>("POST", inventory(`/groups/${group}/hosts`), run);
}

export const leaveGroups = (hosts: readonly string[]) =>
  eachRun(hosts, run => send<void>("DELETE", inventory(`/groups/hosts/${run}`)));
