import { scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import type { Overview } from "../../api/fleet";

export const KINDS = ["created", "updated", "deleted"] as const;
export type Kind = (typeof KINDS)[number];

interface Column {
  from: number;
  to: number;
  counts: Record<Kind, number>;
  total: number;
  /** From bottom to top, in pixels; those of height 0 are left out. */
  parts: { kind: Kind; y: number; height: number }[];
}

/** The hours as stacked columns; a change is one pixel high at least. */
export function columns({ from, bin_seconds, bins }: Overview["activity"], height: number) {
  const begin = Date.parse(from);
  const most = Math.max(1, ...bins.map(bin => bin.created + bin.updated + bin.deleted));
  const y = scaleLinear().domain([0, most]).nice(3).range([height, 0]);
  const layers = stack<Record<Kind, number>, Kind>().keys(KINDS)(bins);
  const result: Column[] = bins.map((bin, at) => ({
    from: begin + at * bin_seconds * 1000,
    to: begin + (at + 1) * bin_seconds * 1000,
    counts: { created: bin.created, updated: bin.updated, deleted: bin.deleted },
    total: bin.created + bin.updated + bin.deleted,
    parts: layers.flatMap(layer => {
      const [low, high] = layer[at] ?? [0, 0];
      return high > low ? [{ kind: layer.key, y: y(high), height: Math.max(1, y(low) - y(high)) }] : [];
    }),
  }));
  return { columns: result, ticks: y.ticks(3).filter(Number.isInteger), y };
}
