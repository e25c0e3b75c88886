import { stateAt, statesOf } from "../../api/history";
import type { Host } from "../../api/types";
import { MOST } from "../compare/search";

/** So many hosts stand side by side, each as it was and as it is. */
export const SIDE_BY_SIDE = MOST / 2;
/** So many are asked for at a time. */
const AT_ONCE = 6;

export interface Pairs {
  system_ids: string[];
  hsp_ids: string[];
}

/**
 * The records that stand side by side: of each host what it was at both moments, as far as that is kept. Without a second
 * moment it is now. A host that did not change in between stands once.
 */
export async function pairsOf(
  hosts: readonly Pick<Host, "id">[],
  from: number,
  to: number | undefined,
  find: (host: string) => ReturnType<typeof statesOf> = statesOf,
): Promise<Pairs> {
  const pairs: Pairs = { system_ids: [], hsp_ids: [] };
  for (let at = 0; at < hosts.length; at += AT_ONCE) {
    const some = hosts.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map(({ id }) => find(id)));
    found.forEach((states, which) => {
      const [before, after] = [stateAt(states, from), to === undefined ? "now" : stateAt(states, to)];
      const id = some[which]?.id;
      for (const state of new Set([before, after].map(each => (typeof each === "object" ? each.id : each)))) {
        if (state === "now" && id) pairs.system_ids.push(id);
        else if (state) pairs.hsp_ids.push(state);
      }
    });
  }
  return pairs;
}
