import { expect, it } from "vitest";
import { unrest } from "./standing";

it("rows that came between others, or moved, are counted; those behind the last push nothing", () => {
  expect(unrest(["a", "c"], ["a", "b", "c"])).toBe(1);
  expect(unrest(["a", "c"], ["a", "c", "d"])).toBe(0);
  expect(unrest(["a", "b", "c"], ["c", "a", "b"])).toBe(3);
  expect(unrest(["a", "b", "c"], ["a", "c"])).toBe(0);
  expect(unrest([], ["a"])).toBe(0);
  expect(unrest(["a", "b"], ["c", "d"])).toBe(2);
});
