import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Moment } from "../../../api/fleet";
import { causeText, kindName, whatChanged } from "../../../parts/changes";
import { useNow } from "../../../parts/clock";
import { counted, exact, relative } from "../../../parts/format";
import type { HostView } from "../view";
import { choose, type MomentChoice } from "./choose";
import { domain, type Mark, marks, tickText, timeScale } from "./scale";

interface RulerProps {
  moments: readonly Moment[];
  view: HostView;
  change: (change: Partial<HostView>) => void;
}

/** The host's changes on a line of time. One click looks back, a second one compares. */
export function Ruler({ moments, view, change }: RulerProps) {
  const [frame, width] = useWidth();
  const newest = Math.max(0, ...moments.map(moment => Date.parse(moment.at)));
  const now = Math.max(useNow(), newest);
  const [from, to] = domain(moments, now, view.span);
  const x = timeScale(from, to, width);
  const placed = marks(moments, x, width);
  const stops = placed.length + 1;
  const [focus, setFocus] = useState(stops - 1);
  const at = Math.min(focus, stops - 1);

  const take = (moment: MomentChoice) => {
    const { at, from, to } = choose(view, moment);
    change({ at, from, to });
  };
  const press = (event: KeyboardEvent) => {
    const moved = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: stops - 1 }[event.key];
    if (moved !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(stops - 1, moved));
      setFocus(next);
      frame.current?.querySelectorAll<HTMLElement>("[data-stop]")[next]?.focus();
    } else if (event.key === "Escape" && (view.at !== undefined || view.from !== undefined)) {
      event.preventDefault();
      change({ at: undefined, from: undefined, to: undefined });
    }
  };
  const placeOf = (seq: number | undefined) => {
    const moment = moments.find(each => each.seq === seq);
    return moment && Math.max(0, Math.min(width, x(new Date(moment.at))));
  };
  const [begin, end] = [
    placeOf(view.from),
    view.from === undefined ? undefined : (placeOf(view.to) ?? width),
  ];
  const chosen = useMemo(() => new Set([view.at, view.from, view.to]), [view.at, view.from, view.to]);
  return (
    <div
      className="pl-ruler"
      ref={frame}
      onKeyDown={press}
      role="group"
      aria-label="Changes in time; arrows move, Enter chooses, Escape ends"
    >
      <div className="pl-ruler__line">
        {begin !== undefined && end !== undefined && (
          <span
            className="pl-ruler__band"
            style={{ insetInlineStart: begin, inlineSize: Math.max(2, end - begin) }}
          />
        )}
        {placed.map((mark, index) => (
          <MarkButton
            key={mark.moments[0]?.seq}
            mark={mark}
            now={now}
            role_={roleOf(mark, view)}
            isChosen={mark.moments.some(moment => chosen.has(moment.seq))}
            isStop={index === at}
            focus={() => setFocus(index)}
            take={take}
          />
        ))}
        <button
          type="button"
          data-stop
          className="pl-ruler__now"
          aria-pressed={view.from !== undefined && view.to === undefined}
          tabIndex={at === stops - 1 ? 0 : -1}
          onFocus={() => setFocus(stops - 1)}
          onClick={() => take("now")}
          title={view.at !== undefined ? "Compare with now" : "Now"}
        >
          now
        </button>
      </div>
      <svg className="pl-ruler__axis" width={width} height={18} aria-hidden="true">
        {x.ticks(Math.max(2, Math.floor(width / 110))).map(tick => {
          const place = x(tick);
          return place < 12 || place > width - 12 ? null : (
            <g key={tick.getTime()} transform={`translate(${place},0)`}>
              <line y2={4} />
              <text y={15}>{tickText(tick)}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** Which end of the comparison a mark is. */
function roleOf(mark: Mark, view: HostView): string {
  const has = (seq: number | undefined) =>
    seq !== undefined && mark.moments.some(moment => moment.seq === seq);
  if (has(view.from)) return "A";
  if (has(view.to)) return "B";
  return has(view.at) ? "•" : "";
}

interface MarkButtonProps {
  mark: Mark;
  now: number;
  role_: string;
  isChosen: boolean;
  isStop: boolean;
  focus: () => void;
  take: (moment: MomentChoice) => void;
}

function MarkButton({ mark, now, role_, isChosen, isStop, focus, take }: MarkButtonProps) {
  const last = mark.moments.at(-1);
  if (!last) return null;
  const more = mark.moments.length - 1;
  const what = [kindName(last.kind), causeText(last), whatChanged(last)].filter(Boolean).join(" · ");
  const title = `${exact(last.at)} (${relative(last.at, now)})\n${what}${more > 0 ? `\nand ${counted(more, "change")} just before` : ""}`;
  return (
    <button
      type="button"
      data-stop
      data-seq={last.seq}
      className={`pl-mark-button pl-mark-button--${last.kind}${more > 0 ? " pl-mark-button--many" : ""}`}
      style={{ insetInlineStart: mark.x }}
      aria-pressed={isChosen}
      aria-label={title.replaceAll("\n", ", ")}
      title={title}
      tabIndex={isStop ? 0 : -1}
      onFocus={focus}
      onClick={() => take(last.seq)}
    >
      <span aria-hidden>{role_}</span>
    </button>
  );
}

function useWidth() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => setWidth(frame.current?.clientWidth ?? 0), []);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(entries => setWidth(entries[0]?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width] as const;
}
