import { expect, test } from "vitest";
import { keepMoment, readMoment, tellsOfThePast } from "./moment";

const at = "2026-11-30T12:00:00Z";
const went = (from: object, to: object) =>
  keepMoment({ search: from, next: () => to } as unknown as Parameters<typeof keepMoment>[0]);

test("a moment is read from the address, and what is none is now", () => {
  expect(readMoment({ as_of: at, q: "x" })).toEqual({ as_of: at });
  expect(readMoment({ as_of: "soon" })).toEqual({});
  expect(readMoment({ as_of: ["a", "b"] })).toEqual({});
});

test("another page stays at the moment until somebody goes back to now", () => {
  expect(went({ as_of: at }, { q: "x" })).toEqual({ as_of: at, q: "x" });
  expect(went({ as_of: at }, { as_of: undefined })).toEqual({ as_of: undefined });
  expect(went({}, { q: "x" })).toEqual({ q: "x" });
});

test("pages that know only the present are named", () => {
  expect(
    [
      "/",
      "/hosts",
      "/hosts/1",
      "/changes",
      "/packages/bash",
      "/compare/outliers",
      "/dashboards/explore",
    ].every(tellsOfThePast),
  ).toBe(true);
  expect(
    ["/groups", "/hosts/1/x", "/compare", "/dashboards", "/dashboards/alerts"].some(tellsOfThePast),
  ).toBe(false);
});
