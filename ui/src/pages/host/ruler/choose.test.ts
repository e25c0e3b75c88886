import { expect, it } from "vitest";
import { choose } from "./choose";

it("the first click looks back, the second compares, the third begins anew", () => {
  const first = choose({}, 7);
  expect(first).toEqual({ at: 7 });
  const second = choose(first, 3);
  expect(second).toEqual({ from: 3, to: 7 });
  expect(choose(second, 5)).toEqual({ at: 5 });
});

it("now ends a comparison, and the same moment twice ends the look back", () => {
  expect(choose({ at: 4 }, "now")).toEqual({ from: 4 });
  expect(choose({ at: 4 }, 4)).toEqual({});
  expect(choose({}, "now")).toEqual({});
  expect(choose({ from: 4 }, "now")).toEqual({});
});
