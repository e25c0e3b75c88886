import { timeFormat, utcFormat } from "d3-time-format";
import type { Side } from "../document";
import { ticksOf, type xScale, type YScale } from "./shape";
import { valueText } from "./units";

interface AxesProps {
  x: ReturnType<typeof xScale>;
  y: Record<Side, YScale>;
  sides: readonly Side[];
  units: Record<Side, string>;
  utc: boolean;
  left: number;
  width: number;
  height: number;
}

const FORMATS = ["%H:%M:%S", "%H:%M", "%b %-d", "%Y"] as const;
const local = FORMATS.map(each => timeFormat(each));
const utcs = FORMATS.map(each => utcFormat(each));

/** A time on an axis: of day, at midnight the day, at the turn of a year the year. */
function timeText(at: Date, utc: boolean): string {
  const [seconds, minutes, day, year] = utc ? utcs : local;
  const clock = seconds?.(at) ?? "";
  if (!clock.endsWith(":00")) return clock;
  if (clock !== "00:00:00") return minutes?.(at) ?? "";
  const text = day?.(at) ?? "";
  return text === "Jan 1" ? (year?.(at) ?? "") : text;
}

/** The lines and words of both scales of values and of that of time. */
export function Axes({ x, y, sides, units, utc, left, width, height }: AxesProps) {
  const main: Side = sides.includes("left") || sides.length === 0 ? "left" : "right";
  return (
    <svg className="pl-axes" width={left + width + 60} height={height + 22} aria-hidden="true">
      <g transform={`translate(${left},0)`}>
        {ticksOf(y[main], height).map(tick => (
          <line key={tick} className="pl-axes__grid" x2={width} y1={y[main](tick)} y2={y[main](tick)} />
        ))}
        {sides.map(side => (
          <g key={side} className={`pl-axes__y pl-axes__y--${side}`}>
            {ticksOf(y[side], height).map(tick => (
              <text key={tick} x={side === "left" ? -8 : width + 8} y={y[side](tick)} dy="0.32em">
                {valueText(tick, units[side])}
              </text>
            ))}
          </g>
        ))}
        <line className="pl-axes__base" x2={width} y1={height} y2={height} />
        <g className="pl-axes__x" transform={`translate(0,${height})`}>
          {x.ticks(Math.max(2, Math.floor(width / 90))).map(tick => {
            const place = x(tick);
            return (
              <g key={tick.getTime()} transform={`translate(${place},0)`}>
                <line y2={4} />
                {place > 10 && place < width - 10 && <text y={16}>{timeText(tick, utc)}</text>}
              </g>
            );
          })}
        </g>
      </g>
    </svg>
  );
}
