import { expect, it } from "vitest";
import { filterText, parseTag, tagFilter, tagText } from "./tags";

it.each([
  ["prod", { namespace: null, key: "prod", value: null }],
  ["env=prod", { namespace: null, key: "env", value: "prod" }],
  ["ops/env=prod", { namespace: "ops", key: "env", value: "prod" }],
  ["ops/url=http://a/b=c", { namespace: "ops", key: "url", value: "http://a/b=c" }],
])("%s is a tag, and is written the same", (text, tag) => {
  expect(parseTag(text)).toEqual(tag);
  expect(tagText(tag)).toBe(text);
});

it.each(["", "  ", "ops/", "=x", "ops/=x"])("`%s` has no key and is none", text => {
  expect(parseTag(text)).toBeUndefined();
});

it("a filter escapes the parts of a tag, and people read it plain", () => {
  const tag = { namespace: "a b", key: "k/1", value: "x=y" };
  expect(tagFilter(tag)).toBe("a%20b/k%2F1=x%3Dy");
  expect(filterText(tagFilter(tag))).toBe("a b/k/1=x=y");
  expect(filterText("100%")).toBe("100%");
});
