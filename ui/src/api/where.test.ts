import { expect, it } from "vitest";
import { hostsPath } from "./search";
import { readWhere, whereParameter, whereText } from "./where";

const filters = (where: string[]) =>
  [...new URL(hostsPath({ where }, 1, 50), "http://here").searchParams].filter(([name]) =>
    name.startsWith("filter"),
  );

it("a condition on a fact is a filter of the inventory", () => {
  expect(whereParameter("systemd.failed>=1")).toEqual(["filter[system_profile][systemd][failed][gte]", "1"]);
  expect(whereParameter("arch=x86_64")).toEqual(["filter[system_profile][arch]", "x86_64"]);
  expect(whereParameter("arch!=a=b")).toEqual(["filter[system_profile][arch][neq]", "a=b"]);
});

it("is read as it is written", () => {
  for (const text of ["a.b<=2", "a<2", "os_release=9.*", "last_boot_time>2026-11-30T10:00:00Z", "a=nil"])
    expect(whereText(readWhere(text) as never)).toBe(text);
  for (const text of ["", "a", "=1", "a=", "A=1", "a..b=1"]) expect(readWhere(text)).toBeUndefined();
});

it("several values of a fact are a list, and several conditions are not", () => {
  expect(filters(["arch=x86_64", "arch=aarch64"])).toEqual([
    ["filter[system_profile][arch][]", "x86_64"],
    ["filter[system_profile][arch][]", "aarch64"],
  ]);
  expect(filters(["number_of_cpus>=4", "number_of_cpus<=8"]).map(([name]) => name)).toEqual([
    "filter[system_profile][number_of_cpus][gte]",
    "filter[system_profile][number_of_cpus][lte]",
  ]);
});
