import { area, curveStepAfter, line } from "d3-shape";
import type { Kind, Side } from "../document";
import type { Series } from "./load";
import { reduced, stacked, type YScale } from "./shape";

export interface Style {
  color: string;
  /** The second cue besides colour. */
  dash: readonly number[];
}

const COLORS = {
  light: [
    "#1f6feb",
    "#c2410c",
    "#15803d",
    "#9333ea",
    "#b91c1c",
    "#0e7490",
    "#a16207",
    "#be185d",
    "#4d5562",
    "#3730a3",
  ],
  dark: [
    "#6ea8ff",
    "#f59e5b",
    "#6fcf6f",
    "#c39bff",
    "#ff8a80",
    "#4fd1e0",
    "#e3c04b",
    "#f48fbf",
    "#b3bac4",
    "#a5b0ff",
  ],
};
const DASHES: readonly (readonly number[])[] = [[], [14, 4], [5, 3], [14, 3, 3, 3], [24, 5]];

/** Every second line of a colour's neighbours has another dash, so that no two of fifty look alike. */
export function styleOf(at: number, dark: boolean): Style {
  const colors = dark ? COLORS.dark : COLORS.light;
  const dash = at < colors.length ? at % 3 : Math.floor(at / colors.length) + 1;
  return {
    color: colors[at % colors.length] as string,
    dash: DASHES[dash % DASHES.length] as readonly number[],
  };
}

interface Drawing {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  from: number;
  to: number;
  x: (at: number) => number;
  y: Record<Side, YScale>;
  kind: Kind;
  series: readonly Series[];
  styles: ReadonlyMap<string, Style>;
  /** The one that is pointed at in the legend. */
  lit?: string;
}

/** Draws the lines of a chart; axes and marks lie above as elements of their own. */
export function draw(drawing: Drawing) {
  const { context, width, height, kind, series, styles, lit } = drawing;
  context.clearRect(0, 0, width, height);
  if (kind === "bars") return bars(drawing);
  const piled = kind === "stack" ? stacked(series) : series.map(each => ({ ...each, base: undefined }));
  for (const each of piled) {
    const style = styles.get(each.key);
    if (!style) continue;
    const faded = lit !== undefined && lit !== each.key;
    context.strokeStyle = style.color;
    context.fillStyle = style.color;
    const y = drawing.y[each.axis];
    const isLog = "base" in y;
    const place = (value: number) => (isLog && value <= 0 ? Number.NaN : y(value));
    if (kind === "area" || kind === "stack") {
      context.globalAlpha = faded ? 0.04 : kind === "stack" ? 0.45 : 0.14;
      fill(drawing, each, place);
    }
    context.globalAlpha = faded ? 0.15 : 1;
    stroke(drawing, each, place, style, lit === each.key);
  }
  context.globalAlpha = 1;
}

type Piled = Series & { base: Float64Array | undefined };

function stroke(
  drawing: Drawing,
  each: Piled,
  place: (value: number) => number,
  style: Style,
  strong: boolean,
) {
  const { context, from, to, width, x, kind } = drawing;
  const points = reduced(each, from, to, width);
  const shown = (_: unknown, at: number) => Number.isFinite(place(points.y[at] as number));
  const path = line<number>(
    (_, at) => x(points.x[at] as number),
    (_, at) => place(points.y[at] as number),
  )
    .defined(shown)
    .context(context);
  if (kind === "step") path.curve(curveStepAfter);
  context.beginPath();
  path(points.y as unknown as Iterable<number>);
  context.lineWidth = strong ? 2.5 : 1.5;
  context.setLineDash(kind === "stack" ? [] : [...style.dash]);
  context.stroke();
  context.setLineDash([]);
  alone(drawing, points, place);
}

/** A point without neighbours would be no line at all: it is a dot. */
function alone(
  { context, x }: Drawing,
  points: { x: Float64Array; y: Float64Array },
  place: (value: number) => number,
) {
  const there = (at: number) => Number.isFinite(points.y[at] ?? Number.NaN);
  for (let at = 0; at < points.x.length; at += 1) {
    if (!there(at) || there(at - 1) || there(at + 1)) continue;
    context.beginPath();
    context.arc(x(points.x[at] as number), place(points.y[at] as number), 2, 0, 7);
    context.fill();
  }
}

function fill(
  { context, from, to, width, x, height, kind }: Drawing,
  each: Piled,
  place: (value: number) => number,
) {
  const points = each.base ? each : reduced(each, from, to, width);
  const floor = Math.min(height, Number.isFinite(place(0)) ? place(0) : height);
  const path = area<number>()
    .x((_, at) => x(points.x[at] as number))
    .y0((_, at) => (each.base ? place(each.base[at] as number) : floor))
    .y1((_, at) => place(points.y[at] as number))
    .defined((_, at) => Number.isFinite(place(points.y[at] as number)))
    .context(context);
  if (kind === "step") path.curve(curveStepAfter);
  context.beginPath();
  path(points.y as unknown as Iterable<number>);
  context.fill();
}

/** Bars side by side, as wide as the time between two points. */
function bars({ context, from, to, width, height, x, y, series, styles, lit }: Drawing) {
  for (const [nth, each] of series.entries()) {
    const style = styles.get(each.key);
    if (!style) continue;
    context.fillStyle = style.color;
    context.globalAlpha = lit !== undefined && lit !== each.key ? 0.15 : 0.85;
    const points = reduced(each, from, to, width);
    const apart = points.x.length > 1 ? x(points.x[1] as number) - x(points.x[0] as number) : 12;
    const wide = Math.max(1, (apart * 0.8) / series.length);
    const scale = y[each.axis];
    const zero = "base" in scale ? height : scale(0);
    for (let at = 0; at < points.x.length; at += 1) {
      const top = scale(points.y[at] as number);
      if (!Number.isFinite(top)) continue;
      const left = x(points.x[at] as number) - apart * 0.4 + nth * wide;
      context.fillRect(left, Math.min(top, zero), wide, Math.max(1, Math.abs(zero - top)));
    }
  }
  context.globalAlpha = 1;
}
