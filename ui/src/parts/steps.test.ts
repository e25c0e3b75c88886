import { expect, it } from "vitest";
import { goesOn } from "./steps";

const FIELDS = ["name"];

it("what is typed in one go is one step", () => {
  const first = goesOn({}, { name: "we" }, undefined, FIELDS);
  expect(first.replace).toBe(false);
  expect(goesOn({ name: "we" }, { name: "web" }, first.typed, FIELDS).replace).toBe(true);
  expect(goesOn({ name: "we", page: 2 }, { name: "web" }, first.typed, FIELDS).replace).toBe(true);
});

it("what gives way to a text is no step of its own", () => {
  const { typed, replace } = goesOn({ section: "os" }, { name: "w" }, undefined, FIELDS);
  expect([replace, typed?.name]).toEqual([false, "name"]);
  expect(goesOn({ name: "w" }, { name: "we" }, typed, FIELDS).replace).toBe(true);
});

it("a choice is a step of its own, and so is what is typed after it", () => {
  const { typed } = goesOn({}, { name: "we" }, undefined, FIELDS);
  const chosen = goesOn({ name: "we" }, { name: "we", state: ["fresh"] }, typed, FIELDS);
  expect(chosen).toEqual({ replace: false, typed: undefined });
  expect(goesOn({ name: "we" }, { name: "web" }, chosen.typed, FIELDS).replace).toBe(false);
});

it("after a step back, typing makes a new one", () => {
  const { typed } = goesOn({}, { name: "web" }, undefined, FIELDS);
  expect(goesOn({}, { name: "db" }, typed, FIELDS).replace).toBe(false);
});
