import { expect, it } from "vitest";
import type { Moment } from "../../../api/fleet";
import { domain, marks, tickText, timeScale } from "./scale";

const now = Date.parse("2026-11-27T12:00:00Z");
const moment = (seq: number, minutesAgo: number): Moment => ({
  seq,
  at: new Date(now - minutesAgo * 60_000).toISOString(),
  kind: "updated",
  cause: "report",
  reporter: null,
  matched: null,
  host: { id: "a", display_name: "a" },
  fields: [],
  sections: [],
});

it("the ruler begins before the first change, and is never a point", () => {
  const [from, to] = domain([moment(1, 600), moment(2, 3)], now, undefined);
  expect(to).toBe(now);
  expect(from).toBeLessThan(now - 600 * 60_000);
  expect(domain([moment(1, 0)], now, undefined)[0]).toBeLessThan(now - 59_000);
  expect(domain([], now, "1h")[0]).toBe(now - 3_600_000);
});

it("changes that would lie on one another are one mark, those outside none", () => {
  const [from, to] = domain([], now, "1h");
  const x = timeScale(from, to, 600);
  const found = marks([moment(9, 10), moment(8, 10.2), moment(7, 40), moment(1, 90)], x, 600);
  expect(found.map(mark => mark.moments.map(each => each.seq))).toEqual([[7], [8, 9]]);
});

it("a tick is a time of day, and at midnight the day", () => {
  expect(tickText(new Date(2026, 10, 27, 21, 5))).toBe("21:05");
  expect(tickText(new Date(2026, 10, 27))).toBe("Nov 27");
  expect(tickText(new Date(2026, 10, 27, 21, 5, 30))).toBe("21:05:30");
});
