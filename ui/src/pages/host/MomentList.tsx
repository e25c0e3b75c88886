import type { Moment } from "../../api/fleet";
import { causeText, KindMark, whatChanged } from "../../parts/changes";
import { RelativeTime } from "../../parts/RelativeTime";
import { choose } from "./ruler/choose";
import type { HostView } from "./view";

interface MomentListProps {
  moments: readonly Moment[];
  view: HostView;
  change: (change: Partial<HostView>) => void;
}

/** The changes as a list, newest first: the same choice as on the ruler, with room for words. */
export function MomentList({ moments, view, change }: MomentListProps) {
  const mark = (seq: number) =>
    seq === view.from ? "A" : seq === view.to ? "B" : seq === view.at ? "•" : "";
  return (
    <ol className="pl-moments">
      {moments.map(moment => (
        <li key={moment.seq}>
          <button
            type="button"
            aria-pressed={mark(moment.seq) !== ""}
            onClick={() =>
              change({ at: undefined, from: undefined, to: undefined, ...choose(view, moment.seq) })
            }
          >
            <span className="pl-moments__role">{mark(moment.seq)}</span>
            <RelativeTime at={moment.at} />
            <KindMark kind={moment.kind} />
            <span>{causeText(moment)}</span>
            <span className="pl-subtle pl-moments__what">{whatChanged(moment)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
