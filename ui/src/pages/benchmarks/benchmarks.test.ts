import { expect, it } from "vitest";
import type { Result } from "../../api/benchmarks";
import { filterText, readFilter } from "./filters";
import { partsOf, pathOf, suggestions, valueAt } from "./paths";
import { nextSort, readResultsSearch } from "./search";
import { csvOf } from "./table";

const document = { cpu: { "base.clock": 2.4, cores: [1, 2, 8], zero: 0, none: null }, "a b": true };

it.each([
  ["cpu.zero", 0],
  ['cpu."base.clock"', 2.4],
  ["cpu.cores.0", 1],
  ["cpu.cores.-1", 8],
  ["cpu.none", null],
  ['"a b"', true],
  ["cpu.missing.deep", undefined],
  ["constructor", undefined],
])("at %s stands %s", (path, value) => {
  expect(valueAt(document, path)).toBe(value);
  expect(pathOf(partsOf(path))).toBe(path);
});

it.each([
  ["machine.cpu.count > 5", { path: "machine.cpu.count", op: ">", value: "5" }],
  ['cpu.brand == "EPYC 7302"', { path: "cpu.brand", op: "==", value: "EPYC 7302" }],
  ['cpu."base clock" <= 2.4', { path: 'cpu."base clock"', op: "<=", value: "2.4" }],
])("%s is read and written alike", (text, filter) => {
  expect(readFilter(text)).toEqual(filter);
  expect(filterText(filter)).toBe(text);
});

it("what is no filter is none, and one sign of equality is enough", () => {
  expect(readFilter("count>5")).toBeUndefined();
  expect(readFilter("count >")).toBeUndefined();
  expect(readFilter("count = 5")?.op).toBe("==");
});

it("the schema's suggestions come first; a schema without properties has none", () => {
  const schema = {
    properties: {
      a: { type: "number" },
      b: { properties: { c: { type: "number", suggestToUser: true, description: "cores" } } },
      empty: { properties: {} },
    },
  };
  expect(suggestions(schema, [{ d: 1, list: [1] }]).map(each => each.path)).toEqual(["b.c", "a", "d"]);
  expect(suggestions({ properties: {} }, [])).toEqual([]);
  expect(suggestions({}, [])).toEqual([]);
});

it("addresses are read, those of the original too, and nonsense is left out", () => {
  const id = "935a138b-d3ad-4300-842e-c24e8d8fa746";
  expect(readResultsSearch({ benchmarkId: id, columns: '["a.b","c"]', filters: "a > 1", page: "0" })).toEqual(
    {
      benchmark: id,
      columns: ["a.b", "c"],
      filters: ["a > 1"],
    },
  );
  expect(readResultsSearch({ flavor: id, site: "x", after: "yesterday", per_page: "7" })).toEqual({});
});

it("a header orders up, down, and not at all", () => {
  expect(nextSort(undefined, "site_name")).toBe("+site_name");
  expect(nextSort("+site_name", "site_name")).toBe("-site_name");
  expect(nextSort("-site_name", "site_name")).toBeUndefined();
});

it("CSV quotes what needs it, keeps zero, leaves cells empty, and makes no formulas", () => {
  const result = {
    id: "1",
    site: { name: 'A, "B"' },
    flavor: { name: "=1+1" },
    benchmark: { docker_image: "u/i", docker_tag: "t" },
    execution_datetime: "2026-01-01T00:00:00",
    json: { n: 0, minus: -2 },
  } as unknown as Result;
  expect(csvOf([result], ["n", "minus", "gone"])).toBe(
    `id,site,flavor,benchmark,execution_datetime,n,minus,gone\n1,"A, ""B""",'=1+1,u/i:t,2026-01-01T00:00:00,0,-2,\n`,
  );
});
