import type { Outlier, Outliers } from "../../api/drift";
import type { Overview } from "../../api/fleet";

const HOUR = 3_600_000;
/** Groups of so many hosts are looked through: with fewer none is odd, and more take their time. */
const SIZES = { least: 5, most: 500 };
const GROUPS = 5;
const SHOWN = 3;

/** The condition that a host booted in the last day; by whole hours, so that it is the same question for a while. */
export const bootedSince = (now: number) =>
  `last_boot_time>=${new Date(Math.floor(now / HOUR) * HOUR - 24 * HOUR).toISOString()}`;

/** The groups in which the odd one is looked for. */
export const groupsToLookAt = (groups: Overview["groups"]) =>
  groups
    .filter(({ ungrouped, hosts }) => !ungrouped && hosts >= SIZES.least && hosts <= SIZES.most)
    .slice(0, GROUPS)
    .map(({ name }) => name);

/** The odd ones of the groups, the oddest first. */
export function oddest(
  groups: readonly string[],
  answers: readonly (Outliers | undefined)[],
): { group: string; host: Outlier }[] {
  return groups
    .flatMap((group, at) => (answers[at]?.outliers ?? []).slice(0, 1).map(host => ({ group, host })))
    .filter(({ host }) => host.facts.length > 0)
    .sort((a, b) => b.host.score - a.host.score)
    .slice(0, SHOWN);
}
