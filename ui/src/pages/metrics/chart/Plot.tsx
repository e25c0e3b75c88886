import {
  type KeyboardEvent,
  type PointerEvent,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useDark } from "../../../frame/theme";
import { useWidth } from "../../../parts/hooks";
import type { Chart } from "../document";
import { Axes } from "./Axes";
import { Crosshair } from "./Crosshair";
import { crosshair } from "./crosshair";
import { draw, type Style } from "./draw";
import type { Loaded } from "./load";
import { MarkStrip, type PlacedMark } from "./MarkStrip";
import { sidesOf, xScale, yScale } from "./shape";

const LEFT = 56;
const RIGHT = 56;
const BARE = 10;
const BELOW = 22;
/** A drag shorter than this was a click. */
const DRAG = 8;

interface PlotProps {
  data: Loaded;
  chart: Pick<Chart, "kind" | "scales" | "units">;
  height: number;
  utc: boolean;
  label: string;
  hidden: ReadonlySet<string>;
  lit?: string;
  styles: ReadonlyMap<string, Style>;
  marks: readonly PlacedMark[];
  zoom: (from: number, to: number) => void;
}

/** The lines of a chart with their axes: a canvas under what can be pointed at and read. */
export function Plot({ data, chart, height, utc, label, hidden, lit, styles, marks, zoom }: PlotProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState(false);
  const [drag, setDrag] = useState<[number, number]>();
  const help = useId();
  useDark();
  const { from, to, step } = data;
  const series = useMemo(() => data.series.filter(each => !hidden.has(each.key)), [data.series, hidden]);
  const sides = sidesOf(series);
  const right = sides.includes("right") ? RIGHT : BARE;
  const inner = Math.max(1, width - LEFT - right);
  const tall = height - BELOW;
  const x = xScale(from, to, inner, utc);
  const zero = chart.kind === "bars" || chart.kind === "area" || chart.kind === "stack";
  const y = useMemo(() => {
    const of = (side: "left" | "right") =>
      yScale(
        series.filter(each => each.axis === side),
        from,
        to,
        chart.scales[side],
        tall,
        zero,
        chart.kind === "stack",
      );
    return { left: of("left"), right: of("right") };
  }, [series, from, to, chart.scales, chart.kind, tall, zero]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = inner * ratio;
    element.height = tall * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const place = xScale(from, to, inner, true);
    draw({
      context,
      width: inner,
      height: tall,
      from,
      to,
      x: place,
      y,
      kind: chart.kind,
      series,
      styles,
      lit,
    });
  }, [width, inner, tall, from, to, y, chart.kind, series, styles, lit]);

  const timeAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return x.invert(Math.max(0, Math.min(inner, event.clientX - box.left))).getTime();
  };
  const release = () => {
    if (drag && Math.abs(x(drag[1]) - x(drag[0])) >= DRAG) zoom(Math.min(...drag), Math.max(...drag));
    setDrag(undefined);
  };
  const press = (event: KeyboardEvent) => {
    const at = crosshair.get() ?? (from + to) / 2;
    const stride = Math.max(step, (to - from) / inner) * (event.shiftKey ? 10 : 1);
    const quarter = (to - from) / 4;
    const acts = new Map<string, () => void>([
      ["ArrowLeft", () => crosshair.set(Math.max(from, at - stride))],
      ["ArrowRight", () => crosshair.set(Math.min(to, at + stride))],
      ["Home", () => crosshair.set(from)],
      ["End", () => crosshair.set(to)],
      ["+", () => zoom(at - quarter, at + quarter)],
      ["-", () => zoom(from - quarter * 2, to + quarter * 2)],
      ["Escape", () => crosshair.set(undefined)],
    ]);
    const act = acts.get(event.key === "=" ? "+" : event.key);
    if (!act) return;
    event.preventDefault();
    setPointed(true);
    act();
  };
  return (
    <div ref={frame} className="pl-plot" style={{ blockSize: height + 20 }}>
      {width > 0 && (
        <>
          <MarkStrip marks={marks} x={x} width={inner} left={LEFT} height={tall} />
          <Axes
            x={x}
            y={y}
            sides={sides}
            units={unitsOf(data, chart.units)}
            utc={utc}
            left={LEFT}
            width={inner}
            height={tall}
          />
          <canvas
            ref={canvas}
            className="pl-plot__canvas"
            style={{ insetInlineStart: LEFT, inlineSize: inner, blockSize: tall }}
          />
          <div
            className="pl-plot__hit"
            style={{ insetInlineStart: LEFT, inlineSize: inner, blockSize: tall }}
            role="application"
            aria-roledescription="chart"
            aria-label={label}
            aria-describedby={help}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: an application of its own: arrows move in time
            tabIndex={0}
            onKeyDown={press}
            onFocus={() => setPointed(true)}
            onBlur={() => setPointed(false)}
            onPointerEnter={() => setPointed(true)}
            onPointerLeave={() => {
              setPointed(false);
              if (!drag) crosshair.set(undefined);
            }}
            onPointerDown={event => {
              if (event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              const at = timeAt(event);
              setDrag([at, at]);
            }}
            onPointerMove={event => {
              const at = timeAt(event);
              crosshair.set(at);
              if (drag) setDrag([drag[0], at]);
            }}
            onPointerUp={release}
            onPointerCancel={() => setDrag(undefined)}
          >
            {drag && (
              <span
                className="pl-plot__band"
                style={{
                  insetInlineStart: x(Math.min(...drag)),
                  inlineSize: Math.abs(x(drag[1]) - x(drag[0])),
                }}
              />
            )}
            <Crosshair
              data={data}
              series={series}
              units={chart.units}
              styles={styles}
              x={x}
              width={inner}
              utc={utc}
              full={pointed}
            />
          </div>
          <span id={help} className="pl-hidden">
            Left and right move in time, plus and minus change the range, Escape leaves
          </span>
        </>
      )}
    </div>
  );
}

/** The unit of each side: the one that the chart has, or the one that the values came with. */
function unitsOf(data: Loaded, units: Chart["units"]): Chart["units"] {
  const of = (side: "left" | "right") =>
    units[side] || data.series.find(each => each.axis === side)?.unit || "";
  return { left: of("left"), right: of("right") };
}
