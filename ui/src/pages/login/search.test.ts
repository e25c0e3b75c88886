import { expect, it } from "vitest";
import { readLoginSearch, said } from "./search";

it("an address is read, and what it does not understand is left out", () => {
  expect(readLoginSearch({ next: "/hosts", problem: "slow", issuer: "", x: "1" })).toEqual({
    next: "/hosts",
    problem: "slow",
  });
  expect(readLoginSearch({ next: ["/a", "/b"] })).toEqual({});
});

it("an address leads to no other site", () => {
  for (const next of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "hosts",
  ])
    expect(readLoginSearch({ next })).toEqual({});
  expect(readLoginSearch({ next: "/hosts?q=//x" })).toEqual({ next: "/hosts?q=//x" });
});

it("every problem has words of its own, also one that nobody knows", () => {
  const words = [
    "out",
    "slow",
    "down",
    "nonsense",
    "expired",
    "denied",
    "unknown",
    "none",
    "unbelievable",
    "x",
  ];
  const titles = words.map(word => said(word, "The lab").title);
  expect(new Set(titles).size).toBe(words.length);
  expect(said("slow", "The lab").title).toBe("The lab does not answer in time");
});
