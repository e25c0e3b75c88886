import { expect, it } from "vitest";
import { sideOf, signOf, tally } from "./words";

const change = (before: unknown, after: unknown) => ({ key: "k", before, after });
const shown = (before: unknown, after: unknown, side: "before" | "after") =>
  sideOf(change(before, after), side)
    .map(part => (part.differs ? `[${part.text}]` : part.text))
    .join("");

it.each([
  [
    "bash-0:5.1.8-6.el9.x86_64",
    "bash-0:5.1.8-9.el9.x86_64",
    "bash-0:5.1.8-[6].el9.x86_64",
    "bash-0:5.1.8-[9].el9.x86_64",
  ],
  ["1.19.2", "1.1.2", "1.[19].2", "1.[1].2"],
  [8, 16, "[8]", "[16]"],
  [true, false, "[yes]", "[no]"],
  ["abc", "xyz", "[abc]", "[xyz]"],
])("of %s and %s the middle that differs is marked", (before, after, a, b) => {
  expect(shown(before, after, "before")).toBe(a);
  expect(shown(before, after, "after")).toBe(b);
});

it("what is only on one side is marked as a whole, and the other side is empty", () => {
  expect(shown(null, "x-1", "after")).toBe("[x-1]");
  expect(shown(null, "x-1", "before")).toBe("");
});

it("changes are signed and counted", () => {
  expect(signOf(change(null, 1)).sign).toBe("+");
  expect(signOf(change(0, null)).sign).toBe("−");
  expect(signOf(change(false, true)).sign).toBe("~");
  expect(tally([change(1, 2), change(1, 3), change(null, 1), change(1, null)])).toBe(
    "2 changed, 1 added, 1 removed",
  );
});
