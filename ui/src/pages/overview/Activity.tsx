import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Overview } from "../../api/fleet";
import { count, exact } from "../../parts/format";
import { columns, KINDS } from "./stack";

const HEIGHT = 150;
const LEFT = 34;
const NAMES = { created: "new", updated: "changed", deleted: "deleted" } as const;
const hour = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** What happened in each of the last hours: new, changed and deleted hosts. */
export default function Activity({ activity }: { activity: Overview["activity"] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(entries => setWidth(entries[0]?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { columns: hours, ticks, y } = columns(activity, HEIGHT);
  const step = Math.max(0, width - LEFT) / Math.max(1, hours.length);
  const every = step > 26 ? 3 : 6;
  const sums = KINDS.map(kind => ({ kind, sum: hours.reduce((sum, each) => sum + each.counts[kind], 0) }));
  return (
    <div ref={frame} className="pl-activity">
      <p className="pl-activity__legend">
        {sums.map(({ kind, sum }) => (
          <span key={kind}>
            <i className={`pl-fill--${kind}`} aria-hidden />
            <span className="pl-num">{count(sum)}</span> {NAMES[kind]}
          </span>
        ))}
      </p>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT + 24}
          className="pl-activity__chart"
          role="group"
          aria-label="Changes by the hour"
        >
          {ticks.map(tick => (
            <g key={tick} transform={`translate(0,${y(tick)})`} className="pl-activity__tick" aria-hidden>
              <line x1={LEFT} x2={width} />
              <text x={LEFT - 8} dy="0.32em">
                {count(tick)}
              </text>
            </g>
          ))}
          {hours.map((column, at) => {
            const words = KINDS.filter(kind => column.counts[kind] > 0).map(
              kind => `${count(column.counts[kind])} ${NAMES[kind]}`,
            );
            const title = `${exact(column.from)} to ${hour.format(column.to)}: ${words.join(", ") || "nothing"}`;
            const bars = (
              <>
                <title>{title}</title>
                <rect className="pl-activity__hit" x={0} y={0} width={step} height={HEIGHT} />
                {column.parts.map(part => (
                  <rect
                    key={part.kind}
                    className={`pl-fill--${part.kind}`}
                    x={step * 0.14}
                    width={step * 0.72}
                    y={part.y}
                    height={part.height}
                    rx={1}
                  />
                ))}
              </>
            );
            return (
              <g key={column.from} transform={`translate(${LEFT + at * step},0)`}>
                {column.total > 0 ? (
                  <Link
                    to="/hosts"
                    search={{
                      updated_start: new Date(column.from).toISOString(),
                      updated_end: new Date(column.to).toISOString(),
                      order_by: "updated",
                      order_how: "DESC",
                    }}
                    aria-label={`${title}; the hosts last changed then`}
                  >
                    {bars}
                  </Link>
                ) : (
                  bars
                )}
                {at % every === 0 && (
                  <text className="pl-activity__hour" x={step / 2} y={HEIGHT + 18} aria-hidden>
                    {hour.format(column.from)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
