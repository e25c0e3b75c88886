import type { Outlier } from "../../api/drift";

/** A host as a dot: how far to the right, in hundredths, and in which lane of its cluster. */
export interface Dot {
  outlier: Outlier;
  x: number;
  lane: number;
}

/**
 * So many lanes a cluster has: many that are equally odd lie side by side then, a little to the right of where they are. It has
 * more where they would lie beyond the end.
 */
const LANES = 5;

/** The dots of one cluster; those that would lie on one another lie in lanes. `apart` is the width of a dot in hundredths. */
export function swarm(outliers: readonly Outlier[], most: number, apart: number): Dot[] {
  const ends: number[] = [];
  return [...outliers]
    .sort((a, b) => a.score - b.score)
    .map(outlier => {
      const exact = most > 0 ? (outlier.score / most) * 100 : 0;
      let lane = ends.findIndex(end => end <= exact - apart);
      if (lane < 0) {
        const soonest = Math.min(...ends);
        const isFull = ends.length >= LANES && soonest + apart <= 100;
        lane = isFull ? ends.indexOf(soonest) : ends.length;
      }
      const x = Math.max(exact, (ends[lane] ?? Number.NEGATIVE_INFINITY) + apart);
      ends[lane] = x;
      return { outlier, x, lane };
    });
}

/** Round steps for an axis up to `most`: three to six of them. */
export function ticks(most: number): number[] {
  if (!(most > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1, 2, 5].map(part => part * power).find(each => most / each <= 5) ?? power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
}
