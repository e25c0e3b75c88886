import { beforeEach, expect, it } from "vitest";
import { forget, keep, rememberColumns, rememberedColumns, searchOf } from "./views";

beforeEach(() => localStorage.clear());
const stored = () => JSON.parse(localStorage.getItem("plumbline-views") ?? "[]");

it("a list is kept under its name, without the page, and found again as it was", () => {
  const search = { tags: ["a/b=c"], order_by: "last_check_in", columns: ["name", "os"], page: 3 } as const;
  keep("mine", { ...search, tags: [...search.tags], columns: [...search.columns] });
  keep("mine", { tags: ["x"] });
  keep("another", { fqdn: "a" });
  expect(stored().map((view: { name: string }) => view.name)).toEqual(["another", "mine"]);
  expect(searchOf(stored()[1])).toEqual({ tags: ["x"] });
  forget("mine");
  forget("another");
  expect(stored()).toEqual([]);
});

it("columns are remembered, and what is no list of them is none", () => {
  rememberColumns(["name", "os"]);
  expect(rememberedColumns()).toEqual(["name", "os"]);
  localStorage.setItem("plumbline-columns", "{broken");
  expect(rememberedColumns()).toBeUndefined();
});
