import { describe, expect, it } from "vitest";
import type { Report } from "../../api/drift";
import { asCsv, asJson } from "./export";
import { columnsOf, factsOf, SINGLE } from "./report";
import { filterOf, groupsOf, rowsOf, together } from "./rows";
import { readCompareSearch, sortOf } from "./search";

const [GOLD, WEB, PAST, DB] = ["g", "w", "p", "d"];
const leaf = (name: string, state: "SAME" | "DIFFERENT" | "INCOMPLETE_DATA", values: string[]) => ({
  name,
  state,
  drifted_from_baseline: false,
  // The order of the API: baselines, then the others by name.
  systems: [GOLD, DB, PAST, WEB].map((id, at) => ({ id, value: values[at] ?? "" })),
});

const report: Report = {
  facts: [
    leaf("arch", "SAME", ["x86_64", "x86_64", "x86_64", "x86_64"]),
    leaf("os_release", "DIFFERENT", ["9.4", "9.4", "9.2", "9.4"]),
    {
      name: "network_interfaces",
      state: "DIFFERENT",
      comparisons: [
        leaf("eth0.mtu", "DIFFERENT", ["1500", "9000", "1500", "1500"]),
        leaf("eth0.state", "INCOMPLETE_DATA", ["UP", "", "UP", "UP"]),
      ],
    },
    {
      name: "tags",
      state: "DIFFERENT",
      comparisons: [
        {
          name: "ns.team",
          state: "DIFFERENT",
          drifted_from_baseline: false,
          systems: [
            { id: GOLD, value: ["a", ""] },
            { id: DB, value: ["a", "b, c"] },
          ],
          multivalues: [
            { state: "SAME", systems: [GOLD, DB].map(id => ({ id, value: "a" })) },
            {
              state: "DIFFERENT",
              systems: [
                { id: GOLD, value: "" },
                { id: DB, value: "b, c" },
              ],
            },
          ],
        },
      ],
    },
  ],
  systems: [
    { id: DB, display_name: "db", system_profile_exists: true, last_updated: "2026-11-30T00:00:00Z" },
    { id: WEB, display_name: "web", system_profile_exists: false, last_updated: null },
  ],
  baselines: [{ id: GOLD, display_name: "gold", updated: "2026-11-01T00:00:00Z" }],
  historical_system_profiles: [
    { id: PAST, display_name: "web", updated: "2026-11-20T00:00:00Z", system_id: WEB },
  ],
  drift_event_notify: false,
};

const columns = columnsOf(report, "");
const facts = factsOf(report, columns, "");
const shown = (raw: Record<string, unknown>) => {
  const search = readCompareSearch(raw);
  return groupsOf(facts, filterOf(search, [0]), sortOf(search)).flatMap(group =>
    group.facts.map(fact => (group.name === SINGLE ? fact.name : `${group.name}.${fact.name}`)),
  );
};

describe("columns", () => {
  it("are baselines, then hosts with their own past behind them", () => {
    expect(columns.map(column => column.id)).toEqual([GOLD, DB, WEB, PAST]);
  });

  it("begin with the reference", () => {
    expect(columnsOf(report, PAST).map(column => column.id)).toEqual([PAST, GOLD, DB, WEB]);
  });

  it("have their own values, in whatever order they come", () => {
    expect(facts[1]?.values.map(value => value.text)).toEqual(["9.4", "9.4", "9.4", "9.2"]);
    expect(facts[1]?.values.map(value => value.differs)).toEqual([false, false, false, true]);
  });
});

describe("filters", () => {
  it("show what differs first, and nothing that is the same", () => {
    expect(shown({})).toEqual([
      "os_release",
      "network_interfaces.eth0.mtu",
      "network_interfaces.eth0.state",
      "tags.ns.team",
    ]);
  });

  it("combine: state, category and text", () => {
    expect(shown({ category: "network_interfaces", find: "state" })).toEqual([
      "network_interfaces.eth0.state",
    ]);
    expect(shown({ category: "network_interfaces", "filter[state]": "different" })).toEqual([
      "network_interfaces.eth0.mtu",
    ]);
    expect(shown({ category: "tags", find: "mtu" })).toEqual([]);
  });

  it("find a whole category by its name, a fact by its label, and by what a host says", () => {
    expect(shown({ find: "network_interfaces" })).toHaveLength(2);
    expect(shown({ find: "release" })).toEqual(["os_release"]);
    expect(shown({ find: "9000" })).toEqual(["network_interfaces.eth0.mtu"]);
  });

  it("take one of several kept texts, and single facts as a category", () => {
    expect(shown({ "filter[name]": ["mtu", "team"] })).toEqual([
      "network_interfaces.eth0.mtu",
      "tags.ns.team",
    ]);
    expect(shown({ "filter[state]": "all", sort: "-fact" })[0]).toBe("os_release");
  });

  it("leave what a baseline names", () => {
    const other = factsOf(report, columns, "").map(fact =>
      fact.name === "eth0.mtu"
        ? { ...fact, values: fact.values.with(0, { ...fact.values[0], text: "" } as never) }
        : fact,
    );
    const search = readCompareSearch({ "filter[show]": "baseline", category: "network_interfaces" });
    const groups = groupsOf(other, filterOf(search, [0]), sortOf(search));
    expect(groups.flatMap(group => group.facts.map(fact => fact.name))).toEqual(["eth0.state"]);
  });
});

describe("rows", () => {
  const search = readCompareSearch({});
  const groups = groupsOf(facts, filterOf(search, [0]), sortOf(search));

  it("are heads, facts, and each of several values that differs", () => {
    const rows = rowsOf(groups, ["network_interfaces"], ["different", "incomplete"]);
    expect(rows.map(row => row.kind)).toEqual(["group", "fact", "group", "group", "fact", "value"]);
    expect(rows[2]).toMatchObject({ shown: 2, all: 2, isFolded: true });
  });

  it.each([
    [["SAME"], "SAME"],
    [["SAME", "INCOMPLETE_DATA"], "DIFFERENT"],
    [["INCOMPLETE_DATA"], "INCOMPLETE_DATA"],
    [["SAME", "INCOMPLETE_DATA_OBFUSCATED"], "INCOMPLETE_DATA"],
  ] as const)("of %j a category is %s", (states, expected) => expect(together(states)).toBe(expected));

  it("are kept as CSV with quotes, and no cell is a formula", () => {
    const all = groups.flatMap(group => group.facts);
    const text = asCsv(all, [{ ...columns[0], name: "=gold" } as never, ...columns.slice(1)], GOLD as string);
    expect(text.split("\r\n").slice(0, 3)).toEqual([
      "Fact,State,'=gold (reference),db,web,web",
      ",,2026-11-01T00:00:00Z,2026-11-30T00:00:00Z,,2026-11-20T00:00:00Z",
      "os_release,Different,9.4,9.4,9.4,9.2",
    ]);
    expect(text).toContain('    ns.team,Different,a,"a, b, c",,');
  });

  it("are kept as JSON by the ids of their columns", () => {
    const { facts: kept } = JSON.parse(asJson(facts, columns, ""));
    expect(kept[1].values).toEqual({ g: "9.4", d: "9.4", w: "9.4", p: "9.2" });
    expect(kept.at(-1).multivalues[1].values).toMatchObject({ g: "", d: "b, c" });
  });
});
