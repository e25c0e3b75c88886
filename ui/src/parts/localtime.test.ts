import { expect, it } from "vitest";
import { localTime, wireTime } from "./localtime";

it("a time goes to the field and back", () => {
  expect(wireTime(localTime("2026-11-27T10:30:00.000Z"))).toBe("2026-11-27T10:30:00.000Z");
});

it("what is no time is none", () => {
  expect(localTime("soon")).toBe("");
  expect(localTime(undefined)).toBe("");
  expect(wireTime("")).toBeUndefined();
});
