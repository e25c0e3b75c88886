import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Overview } from "../../api/fleet";
import { count, exact } from "../../parts/format";
import type { ChangesSearch } from "../changes/search";
import { columns, KINDS } from "./stack";

const HEIGHT = 150;
const LEFT = 34;
const NAMES = { created: "new", updated: "changed", deleted: "deleted" } as const;
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });
const hour = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

interface ActivityProps {
  activity: Pick<Overview["activity"], "from" | "bin_seconds" | "bins">;
  /** The address of the changes of one bin. */
  hrefOf?: (bin: { from: number; to: number }) => ChangesSearch;
}

const changesOf = ({ from, to }: { from: number; to: number }): ChangesSearch => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** What happened in each hour, or day: new, changed and deleted hosts. Each leads to what it was. */
export default function Activity({ activity, hrefOf = changesOf }: ActivityProps) {
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
  const isDaily = activity.bin_seconds >= 86_400;
  // So many labels fit side by side.
  const every = Math.max(1, Math.ceil(60 / Math.max(step, 1)));
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
                  <Link to="/changes" search={hrefOf(column)} aria-label={`${title}; what it was`}>
                    {bars}
                  </Link>
                ) : (
                  bars
                )}
                {at % every === 0 && (
                  <text className="pl-activity__hour" x={step / 2} y={HEIGHT + 18} aria-hidden>
                    {(isDaily ? day : hour).format(column.from)}
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
