import { expect, it } from "vitest";
import { ageOf } from "./staleness";

const host = {
  stale_timestamp: "2026-11-02T00:00:00+00:00",
  stale_warning_timestamp: "2026-11-08T00:00:00+00:00",
  culled_timestamp: "2026-12-01T00:00:00+00:00",
};

it.each([
  ["2026-11-01T23:59:59Z", "fresh"],
  ["2026-11-02T00:00:00Z", "stale"],
  ["2026-11-08T00:00:00Z", "stale_warning"],
])("at %s a host is %s", (now, age) => expect(ageOf(host, Date.parse(now))).toBe(age));
