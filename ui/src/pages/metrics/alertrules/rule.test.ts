import { expect, test } from "vitest";
import { draftOf, labelText, newDraft, ruleOf } from "./rule";

test("an alert takes the values of the variables that its expression has", () => {
  const chosen = new Map([
    ["host", ["web-1"]],
    ["other", ["x"]],
    ["group", []],
  ]);
  const draft = newDraft("busy", 'cpu{host=~"$host", g=~"$group"}', chosen);
  expect(draft.variables).toEqual({ host: ["web-1"] });
});

test("a draft is an alert when every number is one", () => {
  const draft = newDraft("busy", "up", new Map());
  expect(ruleOf(draft)).toBeUndefined();
  const rule = ruleOf({ ...draft, threshold: "0.5" });
  expect(rule).toMatchObject({ threshold: 0.5, clear: null, of: 1, for_seconds: 120 });
  expect(ruleOf({ ...draft, threshold: "0.5", clear: "x" })).toBeUndefined();
  expect(rule && ruleOf(draftOf(rule))).toEqual(rule);
});

test("labels are one line", () => {
  expect(labelText({ __name__: "up", host: "a", job: "b" })).toBe("host=a job=b");
});
