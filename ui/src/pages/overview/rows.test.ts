import { expect, it } from "vitest";
import { foremost, groupBars, reporterBars, systemBars } from "./rows";

it("hosts without a group are found by the empty name", () => {
  const [one, none] = groupBars([
    { id: "1", name: "rack", hosts: 3, ungrouped: false },
    { id: "2", name: "Ungrouped Hosts", hosts: 2, ungrouped: true },
  ]);
  expect(one?.search).toEqual({ group_name: ["rack"] });
  expect(none?.search).toEqual({ group_name: [""] });
  expect(none?.name).toBe("no group");
});

it("a system without a name is said not to be reported", () => {
  expect(systemBars([{ name: null, version: "", hosts: 1 }])[0]?.name).toBe("not reported");
  expect(systemBars([{ name: "RHEL", version: "7.9", hosts: 1 }])[0]?.search).toEqual({ os: ["RHEL 7.9"] });
  expect(systemBars([{ name: "Debian GNU/Linux 12", version: "", hosts: 1 }])[0]?.name).toBe(
    "Debian GNU/Linux 12",
  );
});

it("only a reporter that the inventory can filter by is a link", () => {
  const bars = reporterBars([
    { reporter: "puptoo", hosts: 1 },
    { reporter: "me", hosts: 1 },
  ]);
  expect(bars.map(bar => bar.search)).toEqual([{ registered_with: ["puptoo"] }, undefined]);
});

it("what does not fit is one bar", () => {
  const bars = [5, 4, 3, 2].map(hosts => ({ key: String(hosts), name: String(hosts), hosts }));
  expect(foremost(bars, 3).map(bar => [bar.name, bar.hosts])).toEqual([
    ["5", 5],
    ["4", 4],
    ["2 others", 5],
  ]);
  expect(foremost(bars, 4)).toEqual(bars);
  expect(foremost(bars, 3, { count: 15, hosts: 40 }).at(-1)).toMatchObject({ name: "17 others", hosts: 45 });
});
