import { expect, it } from "vitest";
import { bootedSince, groupsToLookAt, oddest } from "./attention";

const group = (name: string, hosts: number, ungrouped = false) => ({ id: name, name, hosts, ungrouped });

it("asks the same question for a whole hour", () => {
  const at = Date.parse("2026-11-30T10:20:30Z");
  expect(bootedSince(at)).toBe("last_boot_time>=2026-11-29T10:00:00.000Z");
  expect(bootedSince(at + 39 * 60_000)).toBe(bootedSince(at));
  expect(bootedSince(at + 40 * 60_000)).not.toBe(bootedSince(at));
});

it("odd ones are looked for where there is something to be unlike", () => {
  const groups = [group("huge", 9_000), group("none", 50, true), group("rack", 50), group("pair", 2)];
  expect(groupsToLookAt(groups)).toEqual(["rack"]);
});

it("the oddest comes first, and who has nothing odd is left out", () => {
  const answer = (id: string, score: number, facts: number) => ({
    hosts: 9,
    clusters: [],
    outliers: [
      {
        id,
        display_name: id,
        cluster: 0,
        score,
        facts: Array.from({ length: facts }, () => ({ name: "arch", value: "x", usual: "y", same: 1 })),
      },
    ],
  });
  const found = oddest(
    ["a", "b", "c", "d"],
    [answer("1", 3, 1), answer("2", 9, 2), undefined, answer("4", 8, 0)],
  );
  expect(found.map(({ group, host }) => `${group} ${host.id}`)).toEqual(["b 2", "a 1"]);
});
