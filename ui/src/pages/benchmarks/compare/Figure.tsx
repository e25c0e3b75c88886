import { scaleBand, scaleLinear, scaleLog } from "d3-scale";
import { line, symbol, symbols } from "d3-shape";
import { useWidth } from "../../../parts/hooks";
import { styleOf } from "../../metrics/chart/draw";
import { valueText } from "../../metrics/chart/units";
import { type Box, boxOf, type Fit, type Point } from "./fit";
import type { Group } from "./series";

export const KINDS = ["scatter", "line", "bars", "box"] as const;
export type Kind = (typeof KINDS)[number];

interface FigureProps {
  groups: readonly Group[];
  kind: Kind;
  log: { x: boolean; y: boolean };
  x: string;
  y: string;
  curve: Fit | undefined;
  dark: boolean;
}

const HEIGHT = 340;
const [TOP, LEFT, BOTTOM, RIGHT] = [12, 70, 44, 16];
/** Where a curve is drawn: at so many places. */
const PLACES = 120;

/** A scale of numbers; of powers where all of them have one. */
function numeric(values: readonly number[], log: boolean, range: [number, number], zero: boolean) {
  const usable = log ? values.filter(value => value > 0) : values;
  let [low, high] = [Math.min(...usable), Math.max(...usable)];
  if (zero && !log) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high)
    [low, high] = log
      ? [low / 2, high * 2]
      : [low - (Math.abs(low) || 1) * 0.2, high + (Math.abs(high) || 1) * 0.2];
  return (log ? scaleLog() : scaleLinear()).domain([low, high]).range(range).nice();
}

/** Points, lines, bars or boxes of groups, each with a colour and a sign of its own. */
export function Figure({ groups, kind, log, x, y, curve, dark }: FigureProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const [inner, tall] = [Math.max(1, width - LEFT - RIGHT), HEIGHT - TOP - BOTTOM];
  const points = groups.flatMap(group => group.points);
  const banded = kind === "bars" || kind === "box";
  const names =
    kind === "box"
      ? groups.map(group => group.name)
      : [...new Set(points.map(([at]) => at))].sort((a, b) => a - b).map(String);
  const band = scaleBand(names, [0, inner]).padding(0.25);
  const across = numeric(
    points.map(([at]) => at),
    log.x,
    [0, inner],
    false,
  );
  const up = numeric(
    points.map(([, at]) => at),
    log.y,
    [tall, 0],
    kind === "bars",
  );
  const ticks = up.ticks(6).filter((_, at, all) => all.length < 10 || at % 3 === 0);
  const label = `${y} over ${kind === "box" ? "the series" : x}: ${groups.length} series, ${points.length} points`;
  return (
    <div ref={frame} className="pl-figure">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <g transform={`translate(${LEFT},${TOP})`}>
            {ticks.map(tick => (
              <g key={tick} transform={`translate(0,${up(tick)})`}>
                <line className="pl-axes__grid" x2={inner} />
                <text className="pl-figure__y" x={-8} dy="0.32em">
                  {valueText(tick, "")}
                </text>
              </g>
            ))}
            <line className="pl-axes__base" x2={inner} y1={tall} y2={tall} />
            <g transform={`translate(0,${tall})`} className="pl-figure__x">
              {banded
                ? names.map((name, at) =>
                    at % Math.ceil(names.length / Math.max(1, inner / 70)) === 0 ? (
                      <text key={name} x={(band(name) ?? 0) + band.bandwidth() / 2} y={17}>
                        {kind === "bars" ? valueText(Number(name), "") : name.slice(0, 18)}
                      </text>
                    ) : null,
                  )
                : across.ticks(Math.max(3, Math.floor(inner / 90))).map(tick => (
                    <text key={tick} x={across(tick)} y={17}>
                      {log.x && Math.log10(tick) % 1 !== 0 ? "" : valueText(tick, "")}
                    </text>
                  ))}
              <text x={inner / 2} y={38} className="pl-figure__title">
                {kind === "box" ? "" : x}
              </text>
            </g>
            <text className="pl-figure__title" transform={`translate(${-LEFT + 12},${tall / 2}) rotate(-90)`}>
              {y}
            </text>
            {groups.map((group, nth) => {
              const { color, dash } = styleOf(nth, dark);
              const place = ([at, value]: Point) => [across(at), up(value)] as const;
              const seen = group.points.filter(point => place(point).every(Number.isFinite));
              if (kind === "box") {
                const box = boxOf(
                  group.points.map(([, value]) => value).filter(value => Number.isFinite(up(value))),
                );
                return (
                  box && (
                    <BoxMark
                      key={group.name}
                      box={box}
                      up={up}
                      left={band(group.name) ?? 0}
                      wide={band.bandwidth()}
                      color={color}
                    />
                  )
                );
              }
              if (kind === "bars") {
                const wide = band.bandwidth() / groups.length;
                const floor = log.y ? tall : up(0);
                return group.points.map(([at, value], point) => {
                  const top = up(value);
                  return Number.isFinite(top) ? (
                    <rect
                      // biome-ignore lint/suspicious/noArrayIndexKey: two results may be alike in everything
                      key={`${group.name} ${point}`}
                      x={(band(String(at)) ?? 0) + nth * wide}
                      width={Math.max(1, wide - 1)}
                      y={Math.min(top, floor)}
                      height={Math.max(1, Math.abs(floor - top))}
                      fill={color}
                      fillOpacity={0.8}
                    >
                      <title>{`${group.name}: ${at}, ${value}`}</title>
                    </rect>
                  ) : null;
                });
              }
              const path =
                line<Point>(
                  point => place(point)[0],
                  point => place(point)[1],
                )(seen) ?? "";
              const sign = symbol(symbols[nth % symbols.length], 52)() ?? "";
              return (
                <g key={group.name}>
                  {kind === "line" && (
                    <path
                      d={path}
                      fill="none"
                      stroke={color}
                      strokeWidth={1.8}
                      strokeDasharray={dash.join(" ")}
                    />
                  )}
                  {seen.map((point, at) => (
                    <path
                      // biome-ignore lint/suspicious/noArrayIndexKey: two results may be alike in everything
                      key={at}
                      d={sign}
                      transform={`translate(${place(point).join(",")})`}
                      fill={color}
                      fillOpacity={0.85}
                    >
                      <title>{`${group.name}: ${point[0]}, ${point[1]}`}</title>
                    </path>
                  ))}
                </g>
              );
            })}
            {curve && !banded && <Curve curve={curve} across={across} up={up} inner={inner} tall={tall} />}
          </g>
        </svg>
      )}
      <ul className="pl-figure__legend">
        {groups.map((group, nth) => (
          <li key={group.name}>
            <svg width={14} height={14} aria-hidden="true">
              <path
                d={
                  (kind === "bars" || kind === "box"
                    ? "M-6,-6H6V6H-6Z"
                    : symbol(symbols[nth % symbols.length], 60)()) ?? ""
                }
                transform="translate(7,7)"
                fill={styleOf(nth, dark).color}
              />
            </svg>
            {group.name} <span className="pl-subtle pl-num">{group.points.length}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

type Numeric = ReturnType<typeof numeric>;

function BoxMark({
  box,
  up,
  left,
  wide,
  color,
}: {
  box: Box;
  up: Numeric;
  left: number;
  wide: number;
  color: string;
}) {
  const middle = left + wide / 2;
  return (
    <g stroke={color} fill={color}>
      <line x1={middle} x2={middle} y1={up(box.low)} y2={up(box.high)} />
      {[box.low, box.high].map(value => (
        <line key={value} x1={middle - wide / 6} x2={middle + wide / 6} y1={up(value)} y2={up(value)} />
      ))}
      <rect
        x={left + wide * 0.2}
        width={wide * 0.6}
        y={up(box.q3)}
        height={Math.max(1, up(box.q1) - up(box.q3))}
        fillOpacity={0.25}
      />
      <line
        x1={left + wide * 0.2}
        x2={left + wide * 0.8}
        y1={up(box.median)}
        y2={up(box.median)}
        strokeWidth={2.5}
      />
      {box.outside.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values may be alike
        <circle key={at} cx={middle} cy={up(value)} r={3} fillOpacity={0.5} />
      ))}
    </g>
  );
}

function Curve({
  curve,
  across,
  up,
  inner,
  tall,
}: {
  curve: Fit;
  across: Numeric;
  up: Numeric;
  inner: number;
  tall: number;
}) {
  const places = Array.from({ length: PLACES + 1 }, (_, at) => (inner * at) / PLACES);
  const path = line<number>(
    at => at,
    at => up(curve.at(across.invert(at))),
  ).defined(at => {
    const place = up(curve.at(across.invert(at)));
    return Number.isFinite(place) && place > -tall && place < 2 * tall;
  });
  return <path className="pl-figure__curve" d={path(places) ?? ""} />;
}
