import { expect, it } from "vitest";
import { columns } from "./stack";

const activity = {
  from: "2026-11-27T00:00:00+00:00",
  bin_seconds: 3600,
  bins: [
    { created: 6, updated: 3, deleted: 1 },
    { created: 0, updated: 0, deleted: 0 },
    { created: 0, updated: 5000, deleted: 0 },
  ],
};

it("each hour is a column of what happened in it, on a common scale", () => {
  const {
    columns: [first, second, third],
  } = columns(activity, 100);
  expect(first?.total).toBe(10);
  expect(first?.parts.map(part => part.kind)).toEqual(["created", "updated", "deleted"]);
  expect(first?.parts.every(part => part.height >= 1)).toBe(true);
  expect(second?.parts).toEqual([]);
  expect(third?.parts[0]?.y).toBeLessThan(20);
  expect((third?.from ?? 0) - (first?.from ?? 0)).toBe(7_200_000);
});

it("ticks are whole numbers", () => {
  expect(
    columns({ ...activity, bins: [{ created: 1, updated: 0, deleted: 0 }] }, 50).ticks.every(
      Number.isInteger,
    ),
  ).toBe(true);
});
