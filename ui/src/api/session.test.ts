import { describe, expect, it } from "vitest";
import { ApiError } from "./client";
import { beginAt, isPublic, isUnknownCaller } from "./session";

describe("the session", () => {
  it("is doubted when a service does not know the caller, and not for other refusals", () => {
    expect(isUnknownCaller(new ApiError(401, "Unauthorized", "Missing"))).toBe(true);
    expect(isUnknownCaller(new ApiError(400, "Bad Request", "identity not found on request"))).toBe(true);
    for (const other of [
      new ApiError(403, "Forbidden", ""),
      new ApiError(400, "Bad Request", "no"),
      new Error(),
    ])
      expect(isUnknownCaller(other)).toBe(false);
  });

  it("is not needed for results of benchmarks and for the log-in", () => {
    for (const path of ["/benchmarks", "/benchmarks/sites", "/login"]) expect(isPublic(path)).toBe(true);
    for (const path of ["/", "/hosts", "/benchmarksx", "/x/login"]) expect(isPublic(path)).toBe(false);
  });

  it("begins with the whole address to come back to", () => {
    expect(beginAt("https://op.example", "/hosts?q=a%20b&page=2")).toBe(
      "/api/login/v1/begin?issuer=https%3A%2F%2Fop.example&next=%2Fhosts%3Fq%3Da%2520b%26page%3D2",
    );
  });
});
