import type { Result } from "../../../api/benchmarks";
import { shown, valueAt } from "../paths";
import type { Point } from "./fit";

export const MEASURES = ["value", "speed-up", "efficiency"] as const;
export type Measure = (typeof MEASURES)[number];

export interface Group {
  name: string;
  points: (Point & { readonly id?: string })[];
}

export interface Drawn {
  groups: Group[];
  /** Results that have no number at one of the places, and why. */
  left: { result: Result; why: string }[];
}

/** What results are told apart by: words for the usual ones, or a place of the document. */
export const GROUPINGS = ["site", "flavor", "benchmark"] as const;

function groupOf(result: Result, by: string): string {
  if (by === "site") return result.site.name;
  if (by === "flavor") return `${result.site.name} · ${result.flavor.name}`;
  if (by === "benchmark") return `${result.benchmark.docker_image}:${result.benchmark.docker_tag}`;
  return shown(valueAt(result.json, by)) || "none";
}

const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

/** The points of results by their groups, each in order of X. */
export function groupsOf(results: readonly Result[], x: string, y: string, by: string): Drawn {
  const groups = new Map<string, Point[]>();
  const left: Drawn["left"] = [];
  for (const result of results) {
    const [across, up] = [number(valueAt(result.json, x)), number(valueAt(result.json, y))];
    if (across === undefined) left.push({ result, why: "X axis value not numeric" });
    else if (up === undefined) left.push({ result, why: "Y axis value not numeric" });
    else {
      const name = groupOf(result, by);
      groups.set(name, [...(groups.get(name) ?? []), [across, up]]);
    }
  }
  const ordered = [...groups].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
  return {
    groups: ordered.map(([name, points]) => ({
      name,
      points: points.sort((a, b) => a[0] - b[0] || a[1] - b[1]),
    })),
    left,
  };
}

/** How much faster than with the least X, or that for each of X: what scaling is judged by. */
export function measured(group: Group, measure: Measure, smallerIsBetter: boolean): Group {
  if (measure === "value") return group;
  const least = group.points[0]?.[0];
  const atLeast = group.points.filter(([x]) => x === least).map(([, y]) => y);
  if (least === undefined || least <= 0 || atLeast.length === 0) return { ...group, points: [] };
  const base = atLeast.reduce((sum, y) => sum + y, 0) / atLeast.length;
  const points = group.points.flatMap(([x, y]): Point[] => {
    const faster = smallerIsBetter ? base / y : y / base;
    const value = measure === "speed-up" ? faster : faster / (x / least);
    return Number.isFinite(value) ? [[x, value]] : [];
  });
  return { ...group, points };
}
