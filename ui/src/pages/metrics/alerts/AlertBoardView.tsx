import { Button } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { breaches, type StoredDashboard } from "../../../api/metrics";
import { endOf, useMoment } from "../../../frame/moment";
import { Failure } from "../../../parts/Failure";
import { count } from "../../../parts/format";
import { TimeBar } from "../board/TimeBar";
import { useBoard } from "../board/useBoard";
import { momentText } from "../chart/Crosshair";
import { type Alert, readAlertBoard, storedAlertBoard } from "../document";
import { bounds, rangeText } from "../range";
import { rangeOf, refreshOf, type TimeSearch } from "../search";
import { AlertEditor } from "./AlertEditor";

interface AlertBoardViewProps {
  stored: StoredDashboard;
  search: TimeSearch;
  change: (change: Partial<TimeSearch>, replace?: boolean) => void;
}

/** How often values were above their thresholds. */
export function AlertBoardView({ stored, search, change }: AlertBoardViewProps) {
  const { board, change: store, save, again } = useBoard(stored, readAlertBoard, storedAlertBoard);
  const [editing, setEditing] = useState<number>();
  const asOf = useMoment();
  const range = rangeOf(search) ?? board.range;
  const utc = search.zone !== "local";
  const { alerts } = board;
  const found = useQueries({
    queries: alerts.map(alert => ({
      queryKey: ["breaches", alert.metric, alert.warning, alert.error, range, asOf],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const [from, to] = bounds(range, endOf(asOf));
        const limits = { warning: Number(alert.warning), error: Number(alert.error) };
        const { errors, warnings } = await breaches(alert.metric, limits, from, to, signal);
        return { errors: errors.length, warnings: warnings.length, from, to };
      },
      enabled: alert.warning !== "" && alert.error !== "" && alert.metric.measure !== "",
      refetchInterval: "last" in range && asOf === undefined ? refreshOf(search) : (false as const),
      placeholderData: keepPreviousData<{ errors: number; warnings: number; from: number; to: number }>,
    })),
  });
  const put = (changed: readonly Alert[]) => store({ ...board, alerts: [...changed] });
  const shown = found.find(each => each.data)?.data;
  const failed = found.find(each => each.error);
  return (
    <>
      <header className="pl-metrics__head">
        <h1 className="pl-title">{board.name}</h1>
        <span className="pl-subtle" role="status">
          {save.isPending ? "storing…" : save.isSuccess ? "stored" : ""}
        </span>
        <span className="pl-toolbar__end">
          <Button size="sm" icon={<PlusIcon />} onClick={() => setEditing(alerts.length)}>
            Add threshold
          </Button>
        </span>
      </header>
      <div className="pl-metrics__bar">
        <TimeBar search={search} change={change} otherwise="As stored" />
        {search.last && "last" in board.range && search.last !== board.range.last && (
          <Button
            size="sm"
            variant="link"
            onClick={() => store({ ...board, range: { last: search.last ?? "1h" } })}
          >
            Store {search.last} as the range
          </Button>
        )}
      </div>
      {save.error && <Failure error={save.error} what="The dashboard is not stored" retry={again} />}
      {failed?.error && (
        <Failure
          error={failed.error}
          what="A threshold cannot be counted"
          retry={() => void failed.refetch()}
        />
      )}
      {alerts.length === 0 ? (
        <section className="pl-panel pl-metrics__empty">
          <h2>There is no threshold yet</h2>
          <p className="pl-subtle">
            A threshold counts the values of a metric that are at or above two bounds.
          </p>
          <Button size="sm" onClick={() => setEditing(0)}>
            Add the first threshold
          </Button>
        </section>
      ) : (
        <>
          <p className="pl-subtle pl-num">
            {shown
              ? `Values from ${momentText(shown.from, utc)} to ${momentText(shown.to, utc)}`
              : `Values of ${rangeText(range)}`}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard */}
          <div className="pl-panel pl-alerts" tabIndex={0} role="region" aria-label="Thresholds">
            <table className="pl-table">
              <thead>
                <tr>
                  {["Environment", "Application", "Metric", "Measure", "Warnings", "Errors"].map(name => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="pl-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {alerts.map((alert, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two thresholds may be alike
                  <tr key={at} className="pl-row">
                    <td>{alert.metric.environment}</td>
                    <td>{alert.metric.application}</td>
                    <td title={alert.metric.metric_name}>{alert.metric.metric_name}</td>
                    <td>{alert.metric.measure}</td>
                    <td>
                      <Times kind="warning" many={found[at]?.data?.warnings} bound={alert.warning} />
                    </td>
                    <td>
                      <Times kind="error" many={found[at]?.data?.errors} bound={alert.error} />
                    </td>
                    <td className="pl-table__numeric">
                      <Button
                        variant="link"
                        size="sm"
                        aria-label={`Edit the threshold of ${alert.metric.metric_name}`}
                        onClick={() => setEditing(at)}
                      >
                        Edit
                      </Button>
                      <Button
                        variant="link"
                        size="sm"
                        isDanger
                        aria-label={`Remove the threshold of ${alert.metric.metric_name}`}
                        onClick={() => put(alerts.filter((_, each) => each !== at))}
                      >
                        Remove
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {editing !== undefined && (
        <AlertEditor
          alert={alerts[editing]}
          close={() => setEditing(undefined)}
          save={alert => {
            put(
              editing < alerts.length
                ? alerts.map((each, at) => (at === editing ? alert : each))
                : [...alerts, alert],
            );
            setEditing(undefined);
          }}
        />
      )}
    </>
  );
}

/** How many values, with a colour and a sign: none is good. */
function Times({
  kind,
  many,
  bound,
}: {
  kind: "warning" | "error";
  many: number | undefined;
  bound: string;
}) {
  if (many === undefined) return <span className="pl-subtle">–</span>;
  const state = many === 0 ? "good" : kind;
  const Icon = { good: CheckCircleIcon, warning: ExclamationTriangleIcon, error: ExclamationCircleIcon }[
    state
  ];
  return (
    <span className={`pl-times pl-times--${state} pl-num`}>
      <Icon aria-hidden /> {count(many)} <span className="pl-subtle">(≥ {bound})</span>
    </span>
  );
}
