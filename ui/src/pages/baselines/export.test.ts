import { expect, it } from "vitest";
import type { Baseline } from "../../api/baselines";
import { factsCsv, fileName, listCsv } from "./export";

const baseline = {
  id: "1",
  display_name: "gold, 2026",
  updated: "2026-11-30T10:00:00Z",
  mapped_system_count: 3,
  notifications_enabled: true,
  baseline_facts: [
    { name: "arch", value: "=x86" },
    { name: "packages", values: [{ name: "bash", value: ["1", "2"] }] },
  ],
} as unknown as Baseline;

it("baselines are kept as CSV, a line each", () => {
  expect(listCsv([baseline])).toBe(
    'UUID,Name,Last updated,Associated systems,Notifications enabled\r\n1,"gold, 2026",2026-11-30T10:00:00Z,3,true\r\n',
  );
});

it("facts are kept as CSV below the name, those of a category behind it, and no cell is a formula", () => {
  expect(factsCsv(baseline)).toBe(
    `"gold, 2026"\r\nFact,Value\r\narch,'=x86\r\npackages,\r\n    bash,1; 2\r\n`,
  );
  expect(fileName("gold, 2026")).toBe("gold-2026");
});
