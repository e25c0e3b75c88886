import { describe, expect, it } from "vitest";
import { filterOf, formatQuery, hostsPath, isFiltered, parseQuery, readHostSearch } from "./search";

const read = (query: string) => readHostSearch(parseQuery(query));

describe("the address of a list of hosts", () => {
  it("is read and written without loss", () => {
    const query =
      "?display_name=web&staleness=fresh&staleness=stale&tags=a/b%3Dc&order_by=updated&order_how=ASC&page=3&per_page=20&columns=name,os";
    expect(formatQuery({ ...read(query) })).toBe(query);
  });

  it("keeps the empty group name, which means hosts without a group", () => {
    expect(read("?group_name=").group_name).toEqual([""]);
    expect(hostsPath(read("?group_name="), 1, 50)).toContain("group_name=&");
  });

  it("leaves out what it does not understand", () => {
    expect(read("?page=0&per_page=1000&order_by=nonsense&order_how=ASC&view=none&foo=1&fqdn=")).toEqual({});
    expect(read("?page=1")).toEqual({});
  });

  it("knows a filter from an order", () => {
    expect(isFiltered(read("?order_by=updated&page=2"))).toBe(false);
    expect(filterOf(read("?order_by=updated&page=2&fqdn=a"))).toEqual({ fqdn: "a" });
  });
});

it("a request names filter, order, page and the members of the profile that rows show", () => {
  const url = new URL(hostsPath(read("?tags=a&tags=b&order_by=display_name"), 2, 100), "http://localhost");
  expect(url.pathname).toBe("/api/inventory/v1/hosts");
  expect(url.searchParams.getAll("tags")).toEqual(["a", "b"]);
  expect(url.searchParams.get("order_by")).toBe("display_name");
  expect(url.searchParams.get("page")).toBe("2");
  expect(url.searchParams.get("fields[system_profile]")).toContain("operating_system");
});
