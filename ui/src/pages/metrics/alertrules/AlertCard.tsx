import "./alertrules.css";
import { Button } from "@patternfly/react-core";
import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ClockIcon from "@patternfly/react-icons/dist/esm/icons/clock-icon";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Alert, type AlertState, alertHistory } from "../../../api/alerts";
import { Failure } from "../../../parts/Failure";
import { count } from "../../../parts/format";
import { RelativeTime } from "../../../parts/RelativeTime";
import { labelText } from "./rule";

const SHOWN = 10;

const WORDS: Record<AlertState, { word: string; Icon: typeof BellIcon }> = {
  firing: { word: "Firing", Icon: BellIcon },
  pending: { word: "Pending", Icon: ClockIcon },
  inactive: { word: "All is well", Icon: CheckCircleIcon },
};

interface AlertCardProps {
  alert: Alert;
  change: () => void;
  remove: () => void;
}

/** An alert: what it is, for which series it fires, and what it was. */
export function AlertCard({ alert, change, remove }: AlertCardProps) {
  const [looking, setLooking] = useState(false);
  const { rule, active } = alert;
  return (
    <section className={`pl-panel pl-alertrule pl-alertrule--${alert.state}`} aria-label={rule.name}>
      <header>
        <State state={alert.state} />
        <h2>{rule.name}</h2>
        <span className="pl-subtle">
          {rule.direction} {rule.threshold}
          {rule.for_seconds > 0 && ` for ${rule.for_seconds} s`}
          {rule.of > 1 && `, ${rule.breaches} of ${rule.of}`}
        </span>
        <span className="pl-toolbar__end">
          <Button size="sm" variant="link" onClick={() => setLooking(!looking)} aria-expanded={looking}>
            History
          </Button>
          <Button size="sm" variant="link" onClick={change}>
            Change
          </Button>
          <Button size="sm" variant="link" isDanger onClick={remove}>
            Remove
          </Button>
        </span>
      </header>
      <code className="pl-alertrule__expr">{rule.expression}</code>
      {alert.error && <p className="pl-alertrule__error">It cannot be evaluated: {alert.error}</p>}
      {active.length > 0 && (
        <ul className="pl-alertrule__series">
          {active.slice(0, SHOWN).map(series => (
            <li key={labelText(series.labels)}>
              <State state={series.state} /> <b>{series.value}</b> {labelText(series.labels)}{" "}
              <span className="pl-subtle">
                <RelativeTime at={series.since} />
              </span>
            </li>
          ))}
          {alert.firing + alert.pending > SHOWN && (
            <li className="pl-subtle">and {count(alert.firing + alert.pending - SHOWN)} more</li>
          )}
        </ul>
      )}
      {looking && <History id={alert.id} />}
    </section>
  );
}

/** Words beside the colour. */
function State({ state }: { state: AlertState }) {
  const { word, Icon } = WORDS[state];
  return (
    <span className={`pl-alertrule__state pl-alertrule__state--${state}`}>
      <Icon /> {word}
    </span>
  );
}

function History({ id }: { id: string }) {
  const found = useQuery(alertHistory(id));
  if (found.error)
    return (
      <Failure error={found.error} what="The history cannot be shown" retry={() => void found.refetch()} />
    );
  if (found.data?.length === 0) return <p className="pl-subtle">Nothing happened yet.</p>;
  return (
    <ol className="pl-alertrule__history">
      {found.data?.map(event => (
        <li key={`${event.at} ${labelText(event.labels)}`}>
          <RelativeTime at={event.at} /> <State state={event.state} /> <b>{event.value}</b>{" "}
          {labelText(event.labels)}
        </li>
      ))}
    </ol>
  );
}
