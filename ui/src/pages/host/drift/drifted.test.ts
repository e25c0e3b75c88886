import { expect, it } from "vitest";
import type { Report } from "../../../api/drift";
import { driftedFacts } from "./drifted";

it("what is not as the baseline says is told with both values", () => {
  const leaf = (name: string, drifted: boolean, wanted: string | string[], found: string | string[]) => ({
    name,
    state: "DIFFERENT" as const,
    drifted_from_baseline: drifted,
    systems: [
      { id: "gold", value: wanted },
      { id: "host", value: found },
    ],
  });
  const report = {
    facts: [
      leaf("arch", true, "x86_64", ""),
      leaf("selinux", false, "enforcing", "enforcing"),
      { name: "tags", state: "DIFFERENT", comparisons: [leaf("ns.a", true, ["x", ""], ["x", "y"])] },
    ],
  } as unknown as Report;
  expect(driftedFacts(report, "gold")).toEqual([
    { path: "arch", wanted: "x86_64", found: "" },
    { path: "tags.ns.a", wanted: "x", found: "x, y" },
  ]);
});
