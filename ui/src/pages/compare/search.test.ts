import { expect, it } from "vitest";
import { readCompareSearch, referenceOf, sorted, sortOf, without } from "./search";

const A = "11111111-1111-1111-1111-111111111111";
const B = "22222222-2222-2222-2222-222222222222";

it("an address of the original leads to the same comparison", () => {
  const search = readCompareSearch({
    system_ids: [A.toUpperCase(), "nonsense"],
    hsp_ids: B,
    reference_id: B,
    "filter[name]": "ssl",
    "filter[state]": "same,different,incomplete_data",
    "filter[show]": "all",
    sort: "-state,fact",
  });
  expect(search).toEqual({
    system_ids: [A],
    hsp_ids: [B],
    reference_id: B,
    "filter[name]": ["ssl"],
    "filter[state]": ["different", "incomplete", "same"],
    sort: "-state,fact",
  });
});

it("what does not belong to the comparison is no reference, and none can be asked for", () => {
  expect(readCompareSearch({ system_ids: A, reference_id: B }).reference_id).toBeUndefined();
  expect(referenceOf(readCompareSearch({ system_ids: A, baseline_ids: B }))).toBe(B);
  expect(referenceOf(readCompareSearch({ system_ids: A, baseline_ids: B, reference_id: "" }))).toBe("");
});

it("with a record its reference goes", () => {
  const search = readCompareSearch({ system_ids: [A, B], reference_id: A, category: "tags" });
  expect(without(search, [A])).toMatchObject({
    system_ids: [B],
    reference_id: undefined,
    category: ["tags"],
  });
});

it.each(["state,fact", "-state,-fact", "fact", "-fact"])("the order %s is kept", text => {
  expect(sorted(sortOf(readCompareSearch({ sort: text })))).toBe(text);
});

it("an order that nobody knows is the usual one", () => {
  expect(sortOf(readCompareSearch({ sort: "color" }))).toEqual({ state: "desc", fact: "asc" });
});
