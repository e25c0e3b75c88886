import { describe, expect, it } from "vitest";
import { adding, changing, fieldOf, readValue, removing, rowsOf } from "./facts";

const facts = [
  { name: "arch", value: "x86_64" },
  {
    name: "packages",
    values: [
      { name: "bash", value: "5.1" },
      { name: "vim", value: ["8", "9"] },
    ],
  },
  { name: "selinux", value: "enforcing" },
];
const none = new Set<string>();
const shown = (find: string, folded: ReadonlySet<string> = none) =>
  rowsOf(facts, folded, find).map(({ at, inner, name }) => [at, inner, name]);

describe("rows", () => {
  it("are facts, and categories with theirs", () => {
    expect(shown("").map(row => row[2])).toEqual(["arch", "packages", "bash", "vim", "selinux"]);
    expect(shown("", new Set(["packages"])).map(row => row[2])).toEqual(["arch", "packages", "selinux"]);
  });

  it("that are looked for keep their places, and their category", () => {
    expect(shown("vim")).toEqual([
      [1, undefined, "packages"],
      [1, 1, "vim"],
    ]);
    expect(shown("ENFORC")).toEqual([[2, undefined, "selinux"]]);
    expect(shown("packages")).toHaveLength(3);
  });
});

describe("patches", () => {
  it("look whether what they mean still stands there", () => {
    expect(changing(facts, { at: 1, inner: 0 }, { name: "bash", value: "5.2" })).toEqual([
      { op: "test", path: "/1/name", value: "packages" },
      { op: "test", path: "/1/values/0/name", value: "bash" },
      { op: "replace", path: "/1/values/0", value: { name: "bash", value: "5.2" } },
    ]);
    expect(adding(facts, undefined, { name: "x", values: [] })).toEqual([
      { op: "add", path: "/-", value: { name: "x", values: [] } },
    ]);
  });

  it("remove the last one first, and nothing of a category that goes as a whole", () => {
    const steps = removing(facts, [{ at: 0 }, { at: 1, inner: 0 }, { at: 1, inner: 1 }, { at: 2 }]);
    expect(steps.filter(step => step.op === "remove").map(step => step.path)).toEqual([
      "/2",
      "/1/values/1",
      "/1/values/0",
      "/0",
    ]);
    const whole = removing(facts, [{ at: 1, inner: 0 }, { at: 1 }]);
    expect(whole.filter(step => step.op === "remove").map(step => step.path)).toEqual(["/1"]);
  });
});

it.each([
  ["", ""],
  ["one", "one"],
  ["one\ntwo\n", ["one", "two"]],
])("%j is read as %j", (text, expected) => expect(readValue(text)).toEqual(expected));

it.each([
  ["A fact with this name already exists.", "name"],
  ["fact name cannot be empty", "name"],
  ["value for arch cannot be empty", "value"],
  ["Value for name cannot have leading or trailing whitespace.", "value"],
  ["value xxx is over 1000 characters", "value"],
  ["unable to apply patch to baseline", undefined],
])("%s belongs to %s", (message, field) => expect(fieldOf(message)).toBe(field));

it("are ordered by name or value, each in its category, and keep their places", () => {
  const facts = [
    { name: "b", value: "1" },
    { name: "a", value: "2" },
    {
      name: "c",
      values: [
        { name: "y", value: "1" },
        { name: "x", value: "2" },
      ],
    },
  ];
  const shown = (sort?: "name" | "-value") =>
    rowsOf(facts as never, new Set(), "", sort).map(row => `${row.name}${row.at}/${row.inner ?? ""}`);
  expect(shown()).toEqual(["b0/", "a1/", "c2/", "y2/0", "x2/1"]);
  expect(shown("name")).toEqual(["a1/", "b0/", "c2/", "x2/1", "y2/0"]);
  expect(shown("-value")).toEqual(["a1/", "b0/", "c2/", "x2/1", "y2/0"]);
});
