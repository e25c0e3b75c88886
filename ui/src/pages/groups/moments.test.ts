import { expect, it } from "vitest";
import { pairsOf } from "./moments";

const host = (id: string, name = "RHEL") => ({
  id,
  system_profile: { operating_system: { name, major: 9, minor: 4 } },
});
const past = (id: string) => ({ id, captured_date: "2026-11-29T00:00:00Z", system_id: "a" });

it("each host stands as it was and as it is, and once when nothing changed", async () => {
  const at = async (id: string) => (id === "same" ? "now" : id === "young" ? undefined : past(`old ${id}`));
  const hosts = [host("a"), host("same"), host("young"), host("c", "CentOS Linux")];
  expect(await pairsOf(hosts, 1, undefined, at)).toEqual({
    system_ids: ["a", "same", "young"],
    hsp_ids: ["old a"],
  });
});

it("between two moments of the past", async () => {
  const at = async (_: string, moment: number) => past(`at ${moment}`);
  expect(await pairsOf([host("a")], 1, 2, at)).toEqual({ system_ids: [], hsp_ids: ["at 1", "at 2"] });
  expect(await pairsOf([host("a")], 1, 1, at)).toEqual({ system_ids: [], hsp_ids: ["at 1"] });
});
