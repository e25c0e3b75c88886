import { expect, it } from "vitest";
import { readHostView } from "./view";

it("two moments are a comparison, and one is a look back", () => {
  expect(readHostView({ from: "3", to: "9", at: "5" })).toEqual({ from: 3, to: 9 });
  expect(readHostView({ from: "3" })).toEqual({ from: 3 });
  expect(readHostView({ at: "5", section: "packages" })).toEqual({ at: 5, section: "packages" });
});

it("what is no number and no span is left out", () => {
  expect(readHostView({ at: "now", to: "4", span: "2w", find: "" })).toEqual({});
});
