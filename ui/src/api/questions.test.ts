import { expect, it } from "vitest";
import { completed } from "./questions";

it("a completion takes the place of what stands before the cursor", () => {
  expect(completed("", "group:", "")).toEqual({ text: "group:", cursor: 6 });
  expect(completed("a and group:", '"web 1"', "")).toEqual({ text: 'a and group:"web 1" ', cursor: 20 });
});

it("what stands behind stays, with a blank between where one is needed", () => {
  expect(completed("(arch:", "x86_64", ") b")).toEqual({ text: "(arch:x86_64) b", cursor: 12 });
  expect(completed("", "not ", "a")).toEqual({ text: "not a", cursor: 4 });
});
