import { expect, it } from "vitest";
import { tally } from "./TagsDialog";

const tag = (key: string) => ({ namespace: null, key, value: null });

it("counts on how many hosts each tag is, the most first", () => {
  const rows = tally([[tag("a"), tag("b")], [tag("b")], []]).map(({ tag, hosts }) => [tag.key, hosts]);
  expect(rows).toEqual([
    ["b", 2],
    ["a", 1],
  ]);
});
