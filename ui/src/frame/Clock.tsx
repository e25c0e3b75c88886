import HistoryIcon from "@patternfly/react-icons/dist/esm/icons/history-icon";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { exact } from "../parts/format";
import { localTime, wireTime } from "../parts/localtime";
import { type MomentSearch, PAGES_OF_THE_PAST, tellsOfThePast, useMoment } from "./moment";

const HOUR = 3_600_000;
const AGO: [string, number][] = [
  ["An hour ago", HOUR],
  ["A day ago", 24 * HOUR],
  ["A week ago", 168 * HOUR],
  ["A month ago", 720 * HOUR],
];

/** Goes to a moment on the page where one is, or back to now. */
function useGoTo() {
  const navigate = useNavigate();
  return (as_of: string | undefined) =>
    void navigate({ to: ".", search: (before: MomentSearch) => ({ ...before, as_of }) });
}

/** The clock of the pages: which moment they show. */
export function Clock() {
  const [open, setOpen] = useState(false);
  const asOf = useMoment();
  return (
    <>
      <button
        type="button"
        className="pl-help pl-clock"
        aria-label={asOf ? `The moment that is shown: ${exact(asOf)}` : "Show another moment"}
        title={asOf ? exact(asOf) : "Show the fleet as it was"}
        aria-haspopup="dialog"
        aria-pressed={asOf !== undefined}
        onClick={() => setOpen(true)}
      >
        <HistoryIcon />
      </button>
      {open && <ClockDialog asOf={asOf} close={() => setOpen(false)} />}
    </>
  );
}

function ClockDialog({ asOf, close }: { asOf: string | undefined; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState(() => localTime(asOf ?? new Date(Date.now() - 24 * HOUR).toISOString()));
  const goTo = useGoTo();
  useEffect(() => dialog.current?.showModal(), []);
  const at = wireTime(text);
  const isToCome = at !== undefined && Date.parse(at) > Date.now();
  const show = (moment: string | undefined) => {
    goTo(moment);
    dialog.current?.close();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (at && !isToCome) show(at);
  };
  return (
    <dialog ref={dialog} className="pl-keys" aria-labelledby="clock-title" onClose={close}>
      <h2 id="clock-title">The fleet as it was</h2>
      <form onSubmit={submit} className="pl-clock__form">
        <div className="pl-clock__ago">
          {AGO.map(([name, ago]) => (
            <button
              key={name}
              type="button"
              className="pl-keys__close"
              onClick={() => show(new Date(Date.now() - ago).toISOString())}
            >
              {name}
            </button>
          ))}
        </div>
        <label htmlFor="clock-at">At</label>
        <input
          id="clock-at"
          className="pl-datetime"
          type="datetime-local"
          value={text}
          onChange={event => setText(event.target.value)}
          aria-describedby="clock-told"
          aria-invalid={isToCome}
        />
        <p id="clock-told" className={isToCome ? "pl-wrong" : "pl-subtle"}>
          {isToCome ? "That moment is to come." : `In your time zone. ${PAGES_OF_THE_PAST} show it.`}
        </p>
        <div className="pl-clock__ago">
          <button type="submit" className="pl-keys__close" disabled={!at || isToCome}>
            Show
          </button>
          {asOf && (
            <button type="button" className="pl-keys__close" onClick={() => show(undefined)}>
              Back to now
            </button>
          )}
          <button type="button" className="pl-keys__close" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Under the head, on every page: of which moment it is, and the way back. */
export function MomentBar() {
  const asOf = useMoment();
  const path = useRouterState({ select: state => state.location.pathname });
  const goTo = useGoTo();
  if (!asOf) return <div role="status" />;
  return (
    <div className="pl-moment" role="status">
      <p>
        <HistoryIcon aria-hidden />
        {tellsOfThePast(path) ? (
          <span>
            As it was on <time dateTime={asOf}>{exact(asOf)}</time>
          </span>
        ) : (
          <span>
            This page shows now, not {exact(asOf)}: of the past {PAGES_OF_THE_PAST} tell.
          </span>
        )}
        <button type="button" className="pl-moment__back" onClick={() => goTo(undefined)}>
          Back to now
        </button>
      </p>
    </div>
  );
}
