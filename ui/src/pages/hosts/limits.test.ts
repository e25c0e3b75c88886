import { expect, it } from "vitest";
import { changed, seconds, written, wrongWith } from "./limits";

const HOUR = 3_600;
const DAY = 24 * HOUR;

it("limits are written as people say them, and read back as the same", () => {
  expect(written(29 * HOUR)).toEqual({ number: "29", unit: "h" });
  expect(written(7 * DAY)).toEqual({ number: "7", unit: "d" });
  for (const limit of [HOUR, 29 * HOUR, 7 * DAY, 5_400]) expect(seconds(written(limit))).toBe(limit);
  for (const number of ["", "x", "0", "-1"]) expect(seconds({ number, unit: "h" })).toBeUndefined();
});

it("limits come one after the other, within their bounds", () => {
  expect(wrongWith([DAY, 7 * DAY, 14 * DAY])).toBeUndefined();
  expect(wrongWith([DAY, DAY, 14 * DAY])).toBe("Silent after: longer than “stale after”");
  expect(wrongWith([8 * DAY, 9 * DAY, 14 * DAY])).toBe("Stale after: 7 days at most");
  expect(wrongWith([undefined, 1, 2])).toBe("Stale after: write a number above zero");
});

it("a limit that nobody touched stays as it is, to the second", () => {
  const before = {
    id: "1",
    conventional_time_to_stale: 104_400 + 7,
    conventional_time_to_stale_warning: 7 * DAY + 1,
    conventional_time_to_delete: 14 * DAY,
  };
  expect(changed(before, {})).toEqual([104_407, 604_801, 14 * DAY]);
  const draft = { conventional_time_to_delete: { number: "30", unit: "d" as const } };
  expect(changed(before, draft)).toEqual([104_407, 604_801, 30 * DAY]);
  expect(changed(before, { conventional_time_to_stale: { number: "", unit: "h" } })[0]).toBeUndefined();
});
