import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { type Moment, timelineOf } from "../../api/fleet";
import { causeText, KindMark, whatChanged } from "../../parts/changes";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { DiffView } from "./diff/DiffView";
import { MomentList } from "./MomentList";
import { Ruler } from "./ruler/Ruler";
import { type HostView, SPANS } from "./view";

interface TimelineProps {
  id: string;
  view: HostView;
  change: (change: Partial<HostView>) => void;
}

/** The host in time: its changes, and what the chosen moments mean. */
export default function Timeline({ id, view, change }: TimelineProps) {
  const timeline = useQuery(timelineOf(id));
  if (timeline.error) {
    return (
      <Failure
        error={timeline.error}
        what="The changes cannot be shown"
        retry={() => void timeline.refetch()}
      />
    );
  }
  if (!timeline.data) return <div className="pl-ruler-room" />;
  const moments = timeline.data.changes;
  const looked = moments.find(moment => moment.seq === view.at);
  return (
    <section className="pl-time" aria-label="Changes">
      <div className="pl-time__head">
        <Hint view={view} />
        <button
          type="button"
          className="pl-time__more"
          aria-expanded={view.list === true}
          onClick={() => change({ list: view.list ? undefined : true })}
        >
          {counted(moments.length, "change")}
          {timeline.data.next != null && " and earlier ones"}
        </button>
        <fieldset className="pl-switch pl-switch--text">
          <legend className="pl-hidden">How far back</legend>
          {SPANS.map(span => (
            <button
              key={span}
              type="button"
              aria-pressed={view.span === span}
              onClick={() => change({ span: view.span === span ? undefined : span })}
            >
              {span}
            </button>
          ))}
          <button
            type="button"
            aria-pressed={view.span === undefined}
            onClick={() => change({ span: undefined })}
          >
            all
          </button>
        </fieldset>
      </div>
      <Ruler moments={moments} view={view} change={change} />
      {view.list && <MomentList moments={moments} view={view} change={change} />}
      {view.at !== undefined && <AsOf moment={looked} view={view} change={change} />}
      {view.from !== undefined && (
        <DiffView
          id={id}
          from={view.from}
          to={view.to ?? moments[0]?.seq ?? view.from}
          isNow={view.to === undefined}
          close={() => change({ from: undefined, to: undefined })}
        />
      )}
    </section>
  );
}

function Hint({ view }: { view: HostView }) {
  const text =
    view.from !== undefined
      ? "A and B are compared below"
      : view.at !== undefined
        ? "Choose a second moment to compare"
        : "Choose a change to see the host as it was";
  return <span className="pl-subtle">{text}</span>;
}

/** Says that one looks at the past, and how to get back. */
function AsOf({ moment, view, change }: { moment: Moment | undefined } & Omit<TimelineProps, "id">) {
  return (
    <div className="pl-asof">
      <span>
        {moment ? (
          <>
            <KindMark kind={moment.kind} /> <RelativeTime at={moment.at} /> · {causeText(moment)}
            {whatChanged(moment) && <span className="pl-subtle"> · {whatChanged(moment)}</span>}
          </>
        ) : (
          "An earlier state"
        )}
      </span>
      <span className="pl-asof__acts">
        <Button variant="secondary" size="sm" onClick={() => change({ at: undefined, from: view.at })}>
          Compare with now
        </Button>
        <Button variant="link" size="sm" onClick={() => change({ at: undefined })}>
          Back to now
        </Button>
      </span>
    </div>
  );
}
