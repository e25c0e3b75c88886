import { describe, expect, it } from "vitest";
import { flatten, valueText } from "./flatten";
import { found, sectionsOf } from "./sections";

const host = {
  id: "1",
  fqdn: "a.example.com",
  insights_id: "00000000-0000-0000-0000-000000000000",
  facts: [{ namespace: "rack", facts: { row: 3 } }],
};
const profile = {
  operating_system: { name: "RHEL", major: 9, minor: 4 },
  system_memory_bytes: 8 * 1024 ** 3,
  installed_packages: ["bash-0:5.1.8-9.el9.x86_64", "zlib-0:1.2-1.el9.x86_64"],
  installed_services: ["sshd", "chronyd"],
  enabled_services: ["sshd"],
  network_interfaces: [{ name: "eth0", mtu: 1500, ipv4_addresses: ["10.0.0.1", "10.0.0.2"] }],
  brand_new_member: { depth: { one: true } },
};
const sections = sectionsOf(host, profile);
const section = (id: string) => sections.find(each => each.id === id);

describe("the sections of a host", () => {
  it("leave out what is empty or says nothing", () => {
    expect(sections.map(each => each.id)).toEqual([
      "system",
      "hardware",
      "identity",
      "packages",
      "services",
      "network_interfaces",
      "other",
      "facts-rack",
    ]);
    expect(section("identity")?.facts?.map(fact => fact.path)).toEqual(["id", "fqdn"]);
  });

  it("keep the names of what is inside a cell", () => {
    const disk = { device: "/dev/vda1", mount_options: { rw: true, size: "1g" } };
    const [table] = sectionsOf({}, { disk_devices: [disk] });
    expect(table?.rows?.[0]?.mount_options).toBe("rw=yes, size=1g");
  });

  it("lose no member that nobody thought of", () => {
    expect(section("other")?.facts).toEqual([{ path: "brand_new_member.depth.one", text: "yes" }]);
  });

  it("say which services start by themselves", () => {
    expect(section("services")?.rows).toEqual([
      { name: "chronyd", "starts by itself": "no" },
      { name: "sshd", "starts by itself": "yes" },
    ]);
  });

  it("show lists in a cell, and the columns that are used", () => {
    expect(section("network_interfaces")?.columns).toEqual(["name", "ipv4_addresses", "mtu"]);
    expect(section("network_interfaces")?.rows?.[0]?.ipv4_addresses).toBe("10.0.0.1, 10.0.0.2");
  });

  it("are searched by name and value, in any case", () => {
    const hits = found(sections, "EL9");
    expect(hits.map(each => each.id)).toEqual(["packages"]);
    expect(hits[0]?.rows).toHaveLength(2);
    expect(found(sections, "operating system")[0]?.id).toBe("system");
    expect(found(sections, "memory")[0]?.facts?.[0]?.text).toBe("8 GiB");
    expect(found(sections, "no such thing")).toEqual([]);
  });
});

it("values are put in words", () => {
  expect(valueText(true)).toBe("yes");
  expect(valueText(null)).toBe("–");
  expect(valueText(["a", 1])).toBe("a, 1");
  expect(flatten([{ a: 1 }, { a: 2 }], "x").map(fact => fact.path)).toEqual(["x[0].a", "x[1].a"]);
  expect(flatten([], "x")).toEqual([{ path: "x", text: "none" }]);
});
