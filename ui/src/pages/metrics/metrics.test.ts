import { expect, it } from "vitest";
import { hostNames, isNamed } from "./chart/hosts";
import { nameOf, sharedBy } from "./chart/load";
import { matrixOf, pointsFor, question } from "./chart/matrix";
import { reduced, stacked, statistics, valueAt, yScale } from "./chart/shape";
import { valueText } from "./chart/units";
import {
  emptyDocument,
  newChart,
  readAlertBoard,
  readBoard,
  storedAlertBoard,
  storedBoard,
} from "./document";
import { fitOf } from "./fuzzy";
import { aligned, lengthOf, stepFor } from "./range";
import { readTimeSearch } from "./search";
import { chosenOf, filledIn, pairsOf, variablesOf } from "./variables";

const now = Date.parse("2026-11-30T12:00:00Z");

it.each([
  ["hours", 6, "6h"],
  ["hours", "6", "6h"],
  [1, "hours", "1h"],
  ["15", "minutes", "15m"],
  [null, "hours", "1h"],
  [1, null, "1h"],
  ["days", 0, "1h"],
])("a range of period %s and multiplier %s is %s", (rangePeriod, rangeMultiplier, last) => {
  expect(readAlertBoard("a", { rangePeriod, rangeMultiplier }).range).toEqual({ last });
  expect(readBoard("a", { charts: [{ rangePeriod, rangeMultiplier }] }).charts[0]?.range).toEqual({ last });
});

it("a document keeps what these pages do not know, and is stored as the original stores it", () => {
  const data = {
    version: "1.0",
    other: 1,
    charts: [
      { title: "t", rangePeriod: "days", rangeMultiplier: "2", leftAxis: "log", mine: true, metrics: [] },
    ],
  };
  const stored = storedBoard(readBoard("n", data), now);
  expect(stored).toMatchObject({
    name: "n",
    other: 1,
    charts: [
      {
        mine: true,
        rangeType: "dynamic",
        rangePeriod: "days",
        rangeMultiplier: 2,
        leftAxis: "log",
        data: [],
      },
    ],
  });
  expect(storedBoard(readBoard("n", stored), now)).toEqual(stored);
  const alerts = storedAlertBoard(
    readAlertBoard("n", { rangePeriod: 3, rangeMultiplier: "days", kept: 1 }),
    now,
  );
  expect(alerts).toMatchObject({ rangePeriod: "days", rangeMultiplier: 3, kept: 1 });
});

it.each([null, [], "text", 7, { charts: "none" }, { charts: [null, 3] }])(
  "%s is a dashboard all the same",
  data => {
    expect(readBoard("n", data).name).toBe("n");
    expect(readAlertBoard("n", data).alerts).toEqual([]);
  },
);

it("a new dashboard is empty, and what the original has no word for is in minutes", () => {
  expect(emptyDocument("alert", "n", now)).toMatchObject({
    alerts: [],
    rangePeriod: "hours",
    rangeMultiplier: 1,
  });
  const board = { name: "n", notes: [], raw: {}, charts: [{ ...newChart(), range: { last: "1w" } }] };
  expect(storedBoard(board, now)).toMatchObject({
    charts: [{ rangePeriod: "minutes", rangeMultiplier: 10_080 }],
  });
});

it("steps are round and give no more points than are asked for", () => {
  expect(stepFor(3_600_000, 700)).toBe(10_000);
  expect(stepFor(3_600_000, 100_000)).toBe(1_000);
  expect(stepFor(30 * 86_400_000, 700)).toBe(7_200_000);
  expect(stepFor(4_000 * 86_400_000, 100) % 86_400_000).toBe(0);
  expect(aligned([1_001, 9_999], 1_000)).toEqual([2_000, 9_000]);
  expect([lengthOf("90m"), lengthOf("2 d"), lengthOf("0h"), lengthOf("1y")]).toEqual([
    5_400_000,
    undefined,
    undefined,
    undefined,
  ]);
});

it("many series have few points, and of an answer the highest are kept", () => {
  expect(pointsFor(700, 3)).toBe(700);
  expect(pointsFor(700, 5_000)).toBe(40);
  const { start, end, step } = question("x", 0, 60_000, 30);
  const result = Array.from({ length: 60 }, (_, nth) => ({
    metric: { nth: String(nth) },
    values: [
      [0, String(nth)],
      [4, "NaN"],
      [6, "+Inf"],
    ] as [number, string][],
  }));
  const matrix = matrixOf({ data: { resultType: "matrix", result } }, start, end, step);
  expect([matrix.total, matrix.series.length, matrix.step]).toEqual([60, 50, 2_000]);
  expect([...(matrix.series[0]?.y.slice(0, 4) ?? [])]).toEqual([
    0,
    Number.NaN,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]);
});

const points = (y: number[]) => ({ x: Float64Array.from(y, (_, at) => at * 1_000), y: Float64Array.from(y) });

it("a reduced line keeps its extremes and its gaps", () => {
  const y = Array.from({ length: 20_000 }, (_, at) => (at === 7_777 ? 99 : at === 9_001 ? -99 : at % 7));
  for (let at = 12_000; at < 12_400; at += 1) y[at] = Number.NaN;
  const line = reduced(points(y), 0, 20_000_000, 200);
  expect(line.x.length).toBeLessThan(1_100);
  expect(Math.max(...line.y.filter(Number.isFinite))).toBe(99);
  expect(Math.min(...line.y.filter(Number.isFinite))).toBe(-99);
  expect(line.y.some(Number.isNaN)).toBe(true);
  expect([...line.x]).toEqual([...line.x].sort((a, b) => a - b));
});

it("a logarithmic scale leaves out what has no logarithm, and one value has room around it", () => {
  const log = yScale([points([0, -5, 10, 1_000])], 0, 9_000, "log", 100, false);
  expect(log.domain()).toEqual([10, 1_000]);
  const [low, high] = yScale([points([5, 5])], 0, 9_000, "linear", 100, false).domain() as [number, number];
  expect(low < 5 && high > 5).toBe(true);
  expect(yScale([], 0, 1, "linear", 100, false).domain()).toEqual([0, 1]);
});

it("stacked series stand on one another, and a gap adds nothing", () => {
  const [, second] = stacked([points([1, 2, 3]), points([1, Number.NaN, 1])]);
  expect([...(second?.y ?? [])]).toEqual([2, 2, 4]);
});

it("values and statistics leave gaps out", () => {
  const line = points([1, Number.NaN, 3]);
  expect(statistics(line, 0, 2_000)).toEqual({ last: 3, min: 1, mean: 2, max: 3 });
  expect(valueAt(line, 2_100, 500)).toBe(3);
  expect(valueAt(line, 5_000, 500)).toBeNaN();
});

it.each([
  [0, "bytes", "0 B"],
  [3_221_225_472, "bytes", "3 GiB"],
  [0.00042, "seconds", "420 µs"],
  [0.25, "ratio", "25 %"],
  [1_500_000, "", "1.5 M"],
  [Number.NaN, "", "–"],
  [12, "calls/second", "12 calls/second"],
])("%s in %s is %s", (value, unit, text) => {
  expect(valueText(value, unit)).toBe(text);
});

it("variables are found, chosen, and filled in as patterns", () => {
  const chart = {
    ...newChart(),
    queries: [{ expr: 'x{host=~"$host"}[$__interval]', legend: "", axis: "left" as const }],
  };
  expect(variablesOf([chart])).toEqual(["host"]);
  const chosen = chosenOf(["host=a.b", "host=c=d"]);
  expect(pairsOf(chosen)).toEqual(["host=a.b", "host=c=d"]);
  expect(filledIn('x{host=~"$host"}', chosen, 15_000, 60_000)).toBe('x{host=~"a\\\\.b|c=d"}');
  expect(filledIn('x{host=~"$host"}[$__interval]', new Map(), 15_000, 60_000)).toBe('x{host=~".+"}[15s]');
});

it("an address says a range or two moments, and nonsense is left out", () => {
  expect(readTimeSearch({ last: "6h", refresh: "5s", zone: "local", var: "a=1" })).toEqual({
    last: "6h",
    refresh: "5s",
    zone: "local",
    var: ["a=1"],
  });
  expect(readTimeSearch({ from: "20", to: "10", last: "soon", refresh: "1s", var: "a" })).toEqual({});
});

it("letters in order are found, whole words before scattered ones", () => {
  const whole = fitOf("l1p.x.GetTime", "gettime") ?? 0;
  const scattered = fitOf("l1p.get.other.time", "gettime") ?? 0;
  expect(whole).toBeGreaterThan(scattered);
  expect(fitOf("abc", "cba")).toBeUndefined();
});

it("the machines of series are known by the labels that senders give them", () => {
  const labelled: Record<string, string>[] = [
    { host: "b" },
    { instance: "a.example.com:9100" },
    { job: "x" },
  ];
  const series = labelled.map(labels => ({ labels }));
  expect(hostNames(series)).toEqual(["a.example.com", "b"]);
  expect(hostNames(Array.from({ length: 13 }, (_, at) => ({ labels: { host: String(at) } })))).toEqual([]);
  const host = { display_name: "Web-1.example.com", fqdn: null };
  expect([isNamed(host, "web-1.example.com"), isNamed(host, "web-1")]).toEqual([true, true]);
  expect([isNamed(host, "web-1.other.com"), isNamed(host, "web")]).toEqual([false, false]);
});

it("a series is called by what tells it from the others", () => {
  const all = [
    { __name__: "up", job: "x", host: "a" },
    { __name__: "up", job: "x", host: "b" },
  ];
  const shared = sharedBy(all);
  expect(all.map(labels => nameOf("", labels, shared))).toEqual(['host="a"', 'host="b"']);
  expect(nameOf("", { __name__: "up", job: "x" }, sharedBy([{ __name__: "up", job: "x" }]))).toBe(
    'up{job="x"}',
  );
  expect(nameOf("{{host}} of {{job}}{{gone}}", { host: "a", job: "x" }, new Set())).toBe("a of x");
});
