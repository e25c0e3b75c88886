import { expect, it } from "vitest";
import type { Result } from "../../../api/benchmarks";
import { boxOf, fitOf, type Point } from "./fit";
import { told } from "./Machines";
import { groupsOf, measured } from "./series";

const along = (of: (x: number) => number): Point[] => [1, 2, 3, 5, 8, 13].map(x => [x, of(x)]);

it.each([
  ["linear", (x: number) => 3 * x - 2],
  ["logarithmic", (x: number) => 4 + 2 * Math.log(x)],
  ["exponential", (x: number) => 5 * Math.exp(0.2 * x)],
  ["power", (x: number) => 7 * x ** -0.9],
  ["polynomial", (x: number) => x * x - 4 * x + 1],
] as const)("a %s curve through points that lie on it is found", (kind, of) => {
  const fit = fitOf(kind, along(of));
  expect(fit?.r2).toBeCloseTo(1, 6);
  expect(fit?.at(21)).toBeCloseTo(of(21), 4);
});

it("the line of least squares of points that lie beside it", () => {
  const fit = fitOf("linear", [
    [1, 1],
    [2, 3],
    [3, 2],
  ]);
  expect(fit?.text).toBe("y = 0.5 x + 1");
  expect(fit?.r2).toBeCloseTo(0.25);
});

it("too few points, and logarithms of nothing, have no curve", () => {
  expect(fitOf("linear", [[1, 1]])).toBeUndefined();
  expect(
    fitOf(
      "polynomial",
      along(x => x),
      7,
    ),
  ).toBeUndefined();
  expect(
    fitOf("power", [
      [-1, 2],
      [-2, 3],
    ]),
  ).toBeUndefined();
});

it("a box has its quartiles, and what is far away stands alone", () => {
  expect(boxOf([1, 2, 3, 4, 5, 100])).toEqual({
    low: 1,
    q1: 2.25,
    median: 3.5,
    q3: 4.75,
    high: 5,
    outside: [100],
  });
  expect(boxOf([])).toBeUndefined();
});

const result = (site: string, json: Record<string, unknown>) =>
  ({ id: "r", json, site: { name: site }, flavor: { name: "f" } }) as unknown as Result;

it("results are grouped and ordered, and those without a number are told", () => {
  const drawn = groupsOf(
    [
      result("b", { n: 4, t: 30 }),
      result("a", { n: 1, t: 100 }),
      result("b", { n: 1, t: 100 }),
      result("a", { n: "2", t: 1 }),
      result("a", { n: 2 }),
    ],
    "n",
    "t",
    "site",
  );
  expect(drawn.groups).toEqual([
    { name: "a", points: [[1, 100]] },
    {
      name: "b",
      points: [
        [1, 100],
        [4, 30],
      ],
    },
  ]);
  expect(drawn.left.map(({ why }) => why)).toEqual(["X axis value not numeric", "Y axis value not numeric"]);
});

it("speed-up and efficiency are measured against the least X", () => {
  const group = {
    name: "a",
    points: [
      [2, 100],
      [4, 50],
      [8, 40],
    ] as Point[],
  };
  expect(measured(group, "speed-up", true).points).toEqual([
    [2, 1],
    [4, 2],
    [8, 2.5],
  ]);
  expect(measured(group, "efficiency", true).points).toEqual([
    [2, 1],
    [4, 1],
    [8, 0.625],
  ]);
  expect(measured(group, "speed-up", false).points[1]).toEqual([4, 0.5]);
});

it("facts that differ are told once, with the number of results they are so for", () => {
  const machine = (...facts: [string, unknown, unknown][]) => ({
    result: "r",
    host_id: "h",
    seq: 1,
    at: "2026-01-01T00:00:00Z",
    comparable: false,
    differences: facts.map(([key, before, after]) => ({
      category: "kernel" as const,
      section: "facts",
      key,
      before,
      after,
    })),
  });
  const found = told([
    machine(["os_kernel_version", "5.14.1", "5.14.2"], ["avx", null, "avx"]),
    machine(["os_kernel_version", "5.14.1", "5.14.2"]),
    machine(["os_kernel_version", "5.14.1", "6.1"]),
  ]);
  expect(found).toEqual([
    { section: "facts", key: "os_kernel_version", first: "5.14.1", other: "5.14.2", results: 2 },
    { section: "facts", key: "os_kernel_version", first: "5.14.1", other: "6.1", results: 1 },
    { section: "facts", key: "avx", first: "missing", other: "there", results: 1 },
  ]);
});

it("the likeliest explanations come first, whichever machine they are of", () => {
  const machine = (
    ...facts: [Parameters<typeof told>[0][number]["differences"][number]["category"], string][]
  ) => ({
    result: "r",
    host_id: "h",
    seq: 1,
    at: "2026-01-01T00:00:00Z",
    comparable: false,
    differences: facts.map(([category, key]) => ({ category, section: "facts", key, before: 1, after: 2 })),
  });
  const packages = Array.from({ length: 20 }, (_, at): ["packages", string] => ["packages", `package ${at}`]);
  const found = told([
    machine(["kernel", "os_kernel_version"], ...packages),
    machine(["processor", "cpu_model"], ["other", "x"]),
  ]);
  expect(found).toHaveLength(23);
  expect(found.map(fact => fact.key).slice(0, 3)).toEqual(["cpu_model", "os_kernel_version", "package 0"]);
  expect(found.at(-1)?.key).toBe("x");
});
