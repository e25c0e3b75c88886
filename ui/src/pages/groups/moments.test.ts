import { expect, it } from "vitest";
import { pairsOf } from "./moments";

const DAY = 86_400_000;
/** The states of a host, newest first, by the day on which each began. */
const kept = (host: string, ...days: number[]) =>
  days.map(day => ({
    id: `${host} of day ${day}`,
    captured_date: new Date(day * DAY).toISOString(),
    system_id: host,
  }));

it("each host stands as it was and as it is, and once when nothing changed", async () => {
  const states = { a: kept("a", 9, 2), same: kept("same", 3), young: kept("young", 9), gone: [] };
  const asked: string[] = [];
  const find = async (host: string) => {
    asked.push(host);
    return states[host as keyof typeof states];
  };
  const hosts = Object.keys(states).map(id => ({ id }));
  expect(await pairsOf(hosts, 5 * DAY, undefined, find)).toEqual({
    system_ids: ["a", "same", "young", "gone"],
    hsp_ids: ["a of day 2"],
  });
  expect(asked).toEqual(["a", "same", "young", "gone"]);
});

it("between two moments of the past, and the past of each host is asked for once", async () => {
  const asked: string[] = [];
  const find = async (host: string) => {
    asked.push(host);
    return kept(host, 9, 5, 2);
  };
  const hosts = [{ id: "a" }];
  const pairs = (from: number, to: number) => pairsOf(hosts, from * DAY, to * DAY, find);
  expect(await pairs(3, 6)).toEqual({ system_ids: [], hsp_ids: ["a of day 2", "a of day 5"] });
  expect(await pairs(3, 4)).toEqual({ system_ids: [], hsp_ids: ["a of day 2"] });
  expect(await pairs(1, 10)).toEqual({ system_ids: ["a"], hsp_ids: [] });
  expect(asked).toEqual(["a", "a", "a"]);
});
