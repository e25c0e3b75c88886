import { stateAt } from "../../api/history";
import type { Host } from "../../api/types";
import { isCompared } from "../compare/who";

/** So many hosts stand side by side, each as it was and as it is. */
export const SIDE_BY_SIDE = 30;
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
  hosts: readonly Pick<Host, "id" | "system_profile">[],
  from: number,
  to: number | undefined,
  find: typeof stateAt = stateAt,
): Promise<Pairs> {
  const compared = hosts.filter(isCompared).slice(0, SIDE_BY_SIDE);
  const pairs: Pairs = { system_ids: [], hsp_ids: [] };
  for (let at = 0; at < compared.length; at += AT_ONCE) {
    const some = compared.slice(at, at + AT_ONCE);
    const found = await Promise.all(
      some.map(async ({ id }) => [
        await find(id, from),
        to === undefined ? ("now" as const) : await find(id, to),
      ]),
    );
    found.forEach((states, which) => {
      const id = some[which]?.id;
      for (const state of new Set(states.map(each => (typeof each === "object" ? each.id : each)))) {
        if (state === "now" && id) pairs.system_ids.push(id);
        else if (state) pairs.hsp_ids.push(state);
      }
    });
  }
  return pairs;
}
