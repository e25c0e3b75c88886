import { utcFormat } from "d3-time-format";
import { useSyncExternalStore } from "react";
import { exact } from "../../../parts/format";
import type { Chart } from "../document";
import { crosshair } from "./crosshair";
import type { Style } from "./draw";
import type { Loaded, Series } from "./load";
import { valueAt, type xScale } from "./shape";
import { valueText } from "./units";

/** More values than these in a box hide the chart that they are of. */
const MOST = 12;
const inUtc = utcFormat("%Y-%m-%d %H:%M:%S UTC");

export const momentText = (at: number, utc: boolean) => (utc ? inUtc(new Date(at)) : exact(at));

interface CrosshairProps {
  data: Loaded;
  series: readonly Series[];
  units: Chart["units"];
  styles: ReadonlyMap<string, Style>;
  x: ReturnType<typeof xScale>;
  width: number;
  utc: boolean;
  /** Whether the values are told too: of the chart that is pointed at. */
  full: boolean;
}

/** The time that is pointed at, on every chart of the page, with the values in the one below the pointer. */
export function Crosshair({ data, series, units, styles, x, width, utc, full }: CrosshairProps) {
  const at = useSyncExternalStore(crosshair.subscribe, crosshair.get);
  if (at === undefined || at < data.from || at > data.to) return null;
  const place = x(at);
  return (
    <>
      <span className="pl-plot__cross" style={{ insetInlineStart: place }} />
      {full && (
        <div
          className="pl-plot__values"
          aria-live="polite"
          style={
            place > width / 2 ? { insetInlineEnd: width - place + 10 } : { insetInlineStart: place + 10 }
          }
        >
          <Values at={at} data={data} series={series} units={units} styles={styles} utc={utc} />
        </div>
      )}
    </>
  );
}

function Values({
  at,
  data,
  series,
  units,
  styles,
  utc,
}: Omit<CrosshairProps, "x" | "width" | "full"> & { at: number }) {
  const reach = Math.max(data.step, (data.to - data.from) / 150);
  const rows = series
    .map(each => ({ each, value: valueAt(each, at, reach) }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value);
  return (
    <>
      <p className="pl-num">{momentText(at, utc)}</p>
      {rows.length === 0 && <p className="pl-subtle">no value</p>}
      <ul>
        {rows.slice(0, MOST).map(({ each, value }) => (
          <li key={each.key}>
            <Swatch style={styles.get(each.key)} />
            <span className="pl-plot__name">{each.name}</span>
            <b className="pl-num">{valueText(value, units[each.axis] || each.unit)}</b>
          </li>
        ))}
      </ul>
      {rows.length > MOST && <p className="pl-subtle">and {rows.length - MOST} more</p>}
    </>
  );
}

/** The line of a series: colour and dashes. */
export function Swatch({ style }: { style: Style | undefined }) {
  return (
    <svg className="pl-swatch" width={22} height={8} aria-hidden="true">
      <line
        x2={22}
        y1={4}
        y2={4}
        stroke={style?.color ?? "currentColor"}
        strokeWidth={2.5}
        strokeDasharray={style?.dash.join(" ")}
      />
    </svg>
  );
}
