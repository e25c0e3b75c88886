import { expect, it } from "vitest";
import { swarm, ticks } from "./swarm";

const odd = (id: string, score: number) => ({ id, display_name: id, cluster: 0, score, facts: [] });

it("dots that would lie on one another lie in lanes", () => {
  const dots = swarm([odd("c", 50), odd("a", 10), odd("b", 11), odd("d", 100)], 100, 2);
  expect(dots.map(({ outlier, x, lane }) => [outlier.id, x, lane])).toEqual([
    ["a", 10, 0],
    ["b", 11, 1],
    ["c", 50, 0],
    ["d", 100, 0],
  ]);
});

it("many that are equally odd lie side by side, in five lanes", () => {
  const dots = swarm(
    Array.from({ length: 12 }, (_, at) => odd(`h${at}`, 50)),
    100,
    2,
  );
  expect(Math.max(...dots.map(dot => dot.lane))).toBe(4);
  expect(new Set(dots.map(dot => `${dot.x} ${dot.lane}`)).size).toBe(12);
  expect(Math.max(...dots.map(dot => dot.x))).toBe(54);
});

it("none lies beyond the end: there are more lanes then", () => {
  const dots = swarm(
    Array.from({ length: 40 }, (_, at) => odd(`h${at}`, 96)),
    100,
    2,
  );
  expect(Math.max(...dots.map(dot => dot.x))).toBeLessThanOrEqual(100);
  expect(new Set(dots.map(dot => `${dot.x} ${dot.lane}`)).size).toBe(40);
});

it.each([
  [95, [0, 20, 40, 60, 80]],
  [10, [0, 2, 4, 6, 8, 10]],
  [3, [0, 1, 2, 3]],
  [0, [0]],
])("an axis up to %d has round steps", (most, expected) => expect(ticks(most)).toEqual(expected));
