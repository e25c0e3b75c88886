import { Button, SearchInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type ListedMetric, listedMetrics } from "../../../api/metrics";
import { Failure } from "../../../parts/Failure";
import { count } from "../../../parts/format";
import { SortedHead } from "../../../parts/SortedHead";
import { momentText } from "../chart/Crosshair";
import { fitOf } from "../fuzzy";

interface MetricPickerProps {
  verb: string;
  isDisabled?: boolean;
  take: (metric: ListedMetric) => void;
}

const COLUMNS = [
  { by: "environment", name: "Environment" },
  { by: "application", name: "Application" },
  { by: "metric_name", name: "Metric" },
  { by: "last_timestamp", name: "Last value" },
] as const;
type By = (typeof COLUMNS)[number]["by"];

/** More rows than these are no choice any more. */
const MOST = 200;

/** The metrics of the list, to choose one. */
export function MetricPicker({ verb, isDisabled, take }: MetricPickerProps) {
  const metrics = useQuery(listedMetrics);
  const [environment, setEnvironment] = useState("");
  const [application, setApplication] = useState("");
  const [find, setFind] = useState("");
  const [order, setOrder] = useState<{ by: By; down: boolean }>({ by: "environment", down: false });
  const all = metrics.data ?? [];
  const environments = [...new Set(all.map(each => each.environment))].sort();
  const applications = [
    ...new Set(
      all.filter(each => !environment || each.environment === environment).map(each => each.application),
    ),
  ].sort();
  const rows = useMemo(() => {
    const fitting = (metrics.data ?? [])
      .filter(
        each =>
          (!environment || each.environment === environment) &&
          (!application || each.application === application),
      )
      .flatMap(each => {
        const score = fitOf(each.metric_name, find);
        return score === undefined ? [] : [{ each, score }];
      });
    const way = order.down ? -1 : 1;
    fitting.sort((a, b) => b.score - a.score || way * a.each[order.by].localeCompare(b.each[order.by]));
    return fitting.map(({ each }) => each);
  }, [metrics.data, environment, application, find, order]);
  if (metrics.error) {
    return (
      <Failure
        error={metrics.error}
        what="The metrics cannot be listed"
        retry={() => void metrics.refetch()}
      />
    );
  }
  if (metrics.data?.length === 0) {
    return (
      <p className="pl-subtle">
        There are no counters and timers of the metrics UI server here. Everything else is drawn by an
        expression.
      </p>
    );
  }
  return (
    <div className="pl-picker">
      <div className="pl-picker__filters">
        <Choice name="Environment" value={environment} values={environments} change={setEnvironment} />
        <Choice name="Application" value={application} values={applications} change={setApplication} />
        <SearchInput
          value={find}
          placeholder="Metric"
          aria-label="Find a metric"
          onChange={(_, value) => setFind(value)}
          onClear={() => setFind("")}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard */}
      <div className="pl-picker__rows" tabIndex={0} role="region" aria-label="Metrics">
        <table className="pl-table">
          <thead>
            <tr>
              {COLUMNS.map(({ by, name }) => (
                <SortedHead
                  key={by}
                  title={name}
                  is={order.by === by ? (order.down ? "descending" : "ascending") : "none"}
                  onClick={() => setOrder({ by, down: order.by === by && !order.down })}
                />
              ))}
              <th scope="col">
                <span className="pl-hidden">Choose</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map(each => (
              <tr
                key={`${each.table} ${each.environment} ${each.application} ${each.metric_name}`}
                className="pl-row"
              >
                <td>{each.environment}</td>
                <td>{each.application}</td>
                <td title={each.metric_name}>
                  {each.metric_name}{" "}
                  <span className="pl-subtle">{each.table.includes("timer") ? "timer" : "counter"}</span>
                </td>
                <td>{momentText(Date.parse(each.last_timestamp), true)}</td>
                <td>
                  <Button
                    variant="link"
                    size="sm"
                    isDisabled={isDisabled}
                    aria-label={`${verb} ${each.metric_name}`}
                    onClick={() => take(each)}
                  >
                    {verb}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST && (
        <p className="pl-subtle">and {count(rows.length - MOST)} more: narrow the choice</p>
      )}
    </div>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  values: readonly string[];
  change: (value: string) => void;
}

function Choice({ name, value, values, change }: ChoiceProps) {
  return (
    <select
      className="pl-select"
      aria-label={name}
      value={value}
      onChange={event => change(event.target.value)}
    >
      <option value="">{name}: any</option>
      {values.map(each => (
        <option key={each}>{each}</option>
      ))}
    </select>
  );
}
