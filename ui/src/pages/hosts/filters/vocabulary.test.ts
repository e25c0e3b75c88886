import { expect, it } from "vitest";
import { unfiltered, valueText } from "./vocabulary";

it("without filters the order and the columns stay", () => {
  expect(unfiltered({ fqdn: "a", tags: ["b"], page: 4, order_by: "updated", columns: ["os"] })).toEqual({
    order_by: "updated",
    columns: ["os"],
  });
});

it("values are shown as people read them", () => {
  expect(valueText("group_name", "")).toBe("no group");
  expect(valueText("staleness", "stale_warning")).toBe("Silent");
  expect(valueText("tags", "a%2Fb=c")).toBe("a/b=c");
  expect(valueText("updated_start", "not a time")).toBe("not a time");
});
