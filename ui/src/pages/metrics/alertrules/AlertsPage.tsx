import "../metrics.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { useAct } from "../../../actions/useAct";
import { type Alert, alerts, removeAlert } from "../../../api/alerts";
import { Failure } from "../../../parts/Failure";
import { counted } from "../../../parts/format";
import { useTitle } from "../../../parts/hooks";
import { AlertCard } from "./AlertCard";
import { AlertDialog } from "./AlertDialog";
import { draftOf } from "./rule";

const RANK = { firing: 0, pending: 1, inactive: 2 } as const;

/** Alerts with what they are now, those that fire first, and their history. */
export function AlertsPage() {
  useTitle("Alerts");
  const found = useQuery(alerts);
  const [changing, setChanging] = useState<Alert>();
  const [removing, setRemoving] = useState<Alert>();
  const shown = [...(found.data ?? [])].sort((one, other) => RANK[one.state] - RANK[other.state]);
  return (
    <div className="pl-page pl-metrics">
      <header className="pl-metrics__head">
        <h1 className="pl-title">Alerts</h1>
        <Link to="/dashboards">Dashboards</Link>
        <Link to="/notifications">Notifications</Link>
        {found.data && (
          <span className="pl-subtle pl-num" role="status">
            {counted(found.data.length, "alert")},{" "}
            {counted(found.data.filter(each => each.state === "firing").length, "fires", "fire")}
          </span>
        )}
      </header>
      {found.error && (
        <Failure error={found.error} what="The alerts cannot be shown" retry={() => void found.refetch()} />
      )}
      {!found.data && !found.error && <div className="pl-loading" />}
      {found.data?.length === 0 && (
        <EmptyState titleText="There is no alert yet" headingLevel="h2" icon={BellIcon} variant="sm">
          <EmptyStateBody>
            Any chart becomes an alert: the bell in its head, <em>Alert on this</em>. Who is told, you say
            with <Link to="/notifications">notifications</Link>.
          </EmptyStateBody>
        </EmptyState>
      )}
      {shown.map(alert => (
        <AlertCard
          key={alert.id}
          alert={alert}
          change={() => setChanging(alert)}
          remove={() => setRemoving(alert)}
        />
      ))}
      {changing && (
        <AlertDialog start={draftOf(changing.rule)} id={changing.id} close={() => setChanging(undefined)} />
      )}
      {removing && <RemoveAlert alert={removing} close={() => setRemoving(undefined)} />}
    </div>
  );
}

function RemoveAlert({ alert, close }: { alert: Alert; close: () => void }) {
  const act = useAct({ close }, `Removed ${alert.rule.name}`);
  return (
    <Frame
      title={`Remove ${alert.rule.name}?`}
      verb="Remove"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => removeAlert(alert.id))}
    >
      <p>Its history goes with it.</p>
    </Frame>
  );
}
