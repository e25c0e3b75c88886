import { expect, it } from "vitest";
import { bytes, counted, duration, relative } from "./format";

const now = Date.parse("2026-11-27T12:00:00Z");

it.each([
  [0, "now"],
  [-4, "now"],
  [12, "12 s ago"],
  [59, "59 s ago"],
  [60, "1 min ago"],
  [3_600 * 5, "5 h ago"],
  [86_400 * 6, "6 d ago"],
  [86_400 * 45, "1 mo ago"],
  [86_400 * 800, "2 y ago"],
  [-90, "in 1 min"],
])("%d seconds ago is `%s`", (seconds, text) => {
  expect(relative(now - seconds * 1000, now)).toBe(text);
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.5 KiB"],
  [8 * 1024 ** 3, "8 GiB"],
  [512 * 1024 ** 2, "512 MiB"],
])("%d bytes are `%s`", (number, text) => expect(bytes(number)).toBe(text));

it("counts in words", () => {
  expect(counted(1, "host")).toBe("1 host");
  expect(counted(20_000, "host")).toBe("20,000 hosts");
});

it.each([
  [0, "0 s"],
  [61_000, "1 min 1 s"],
  [86_400_000, "1 d"],
  [90_061_000, "1 d 1 h"],
])("%d ms last `%s`", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
