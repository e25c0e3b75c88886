import type { HostView } from "../view";

/** A moment: a change by its number, or now. */
export type MomentChoice = number | "now";

type Chosen = Pick<HostView, "at" | "from" | "to">;

/** What two clicks mean: the first shows the host as it was, the second compares, the third begins anew. */
export function choose(before: Chosen, moment: MomentChoice): Chosen {
  const { at, from } = before;
  if (from !== undefined || at === undefined) return moment === "now" ? {} : { at: moment };
  if (moment === "now") return { from: at };
  if (moment === at) return {};
  return { from: Math.min(at, moment), to: Math.max(at, moment) };
}
