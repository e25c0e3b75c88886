import { expect, it } from "vitest";
import { readAuditSearch } from "./search";
import { deedOf, outcomeOf } from "./words";

it("a deed is told by the method of its request", () => {
  const request = (subject: string) => deedOf({ operation: "x", subject, via: "session" });
  expect(request("DELETE /api/inventory/v1/hosts/1")).toEqual({
    deed: "removed",
    what: "/api/inventory/v1/hosts/1",
  });
  expect(request("PATCH /a?b=c d").deed).toBe("changed");
  expect(deedOf({ operation: "token revoke", subject: "5f0c", via: "command line" })).toEqual({
    deed: "ran",
    what: "token revoke 5f0c",
  });
});

it("what had no answer is not called done", () => {
  expect(outcomeOf(201)).toEqual({ isWell: true, text: "done" });
  expect(outcomeOf(500).isWell).toBe(false);
  expect(outcomeOf(null).text).toContain("nobody knows");
});

it("an address is read as far as it is understood", () => {
  expect(readAuditSearch({ last: "7d", actor: "ann", operation: "" })).toEqual({ last: "7d", actor: "ann" });
  expect(readAuditSearch({ last: "toString" })).toEqual({});
});
