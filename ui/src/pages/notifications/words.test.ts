import { expect, it } from "vitest";
import { eventName, standingOf } from "./words";

it("a channel whose last attempt failed is failing, whatever else waits", () => {
  const channel = { name: "ops", kind: "webhook", address: "", events: [], waiting: 3, dead: 0, failures: 2 };
  expect(standingOf(channel)).toBe("failing");
  expect(standingOf({ ...channel, failures: 0 })).toBe("waiting");
  expect(standingOf({ ...channel, failures: 0, waiting: 0, dead: 9 })).toBe("well");
});

it("an event that is new to the page keeps the name that it has", () => {
  expect(eventName("alert")).toBe("Alerts");
  expect(eventName("test")).toBe("Test");
  expect(eventName("collision")).toBe("collision");
});
