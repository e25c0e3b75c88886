import { expect, test } from "vitest";
import { isLikelyAddress } from "./addresses";

test.each(["10.", "10.0.0.7", "fe80::", "52-54-00", "52:54:00:AB"])("%s may begin an address", text => {
  expect(isLikelyAddress(text)).toBe(true);
});

test.each(["", "10", "web-1", "db.example.com", "cafe"])("%s is looked for as a name alone", text => {
  expect(isLikelyAddress(text)).toBe(false);
});
