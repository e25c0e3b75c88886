import "../metrics.css";
import "../../overview/overview.css";
import "./cardinality.css";
import { Button, FormGroup, TextInput } from "@patternfly/react-core";
import TrashIcon from "@patternfly/react-icons/dist/esm/icons/trash-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { useAct } from "../../../actions/useAct";
import { failureOf } from "../../../api/client";
import { type Cardinality, cardinality, removeSeries } from "../../../api/metrics";
import { Failure } from "../../../parts/Failure";
import { count, counted } from "../../../parts/format";
import { useTitle } from "../../../parts/hooks";
import { visible } from "../../../parts/visible";
import { NoMetrics } from "../NoMetrics";
import { metricSelector, pairSelector } from "./selector";

/** Which metrics, labels and sources make how many series, and a way to be rid of them. */
export function CardinalityPage() {
  useTitle("Series");
  const found = useQuery(cardinality);
  const [removing, setRemoving] = useState<Removal>();
  const error = failureOf(found);
  const stats = found.data?.headStats;
  return (
    <div className="pl-page pl-metrics">
      <header className="pl-metrics__head">
        <h1 className="pl-title">Series</h1>
        <Link to="/dashboards">Dashboards</Link>
        <Link to="/dashboards/explore">Explore</Link>
        {stats && (
          <span className="pl-subtle pl-num" role="status">
            {counted(stats.numSeries, "series", "series")}, {counted(stats.numLabelPairs, "pair")} of label
            and value
          </span>
        )}
      </header>
      {error && (
        <Failure error={error} what="The series cannot be counted" retry={() => void found.refetch()} />
      )}
      {!found.data && !error && <div className="pl-loading" />}
      {stats?.numSeries === 0 && <NoMetrics />}
      {found.data && found.data.headStats.numSeries > 0 && (
        <div className="pl-cardinality">
          <Counts
            title="Metrics with the most series"
            rows={found.data.seriesCountByMetricName}
            selector={metricSelector}
            remove={setRemoving}
          />
          <Counts
            title="Sources and other labels with the most series"
            rows={found.data.seriesCountByLabelValuePair.filter(row => !row.name.startsWith("__name__="))}
            selector={pairSelector}
            remove={setRemoving}
          />
          <Counts title="Labels with the most values" rows={found.data.labelValueCountByLabelName} />
        </div>
      )}
      {removing && <RemoveSeries {...removing} close={() => setRemoving(undefined)} />}
    </div>
  );
}

interface Removal {
  selector: string;
  series: number;
}

interface CountsProps {
  title: string;
  rows: Cardinality["seriesCountByMetricName"];
  /** What finds the series of a row; of labels alone nothing does. */
  selector?: (name: string) => string;
  remove?: (removal: Removal) => void;
}

function Counts({ title, rows, selector, remove }: CountsProps) {
  const most = Math.max(1, ...rows.map(row => row.value));
  return (
    <section className="pl-card">
      <h2>{title}</h2>
      <ul className="pl-bars">
        {rows.map(({ name, value }) => {
          const bar = (
            <>
              <span className="pl-bars__name" title={visible(name)}>
                <code>{visible(name)}</code>
              </span>
              <span className="pl-bars__count pl-num">{count(value)}</span>
              <span className="pl-bars__track">
                <span style={{ inlineSize: `${(value / most) * 100}%` }} />
              </span>
            </>
          );
          if (!selector) {
            return (
              <li key={name}>
                <span>{bar}</span>
              </li>
            );
          }
          return (
            <li key={name} className="pl-cardinality__row">
              <Link to="/dashboards/explore" search={{ q: selector(name) }}>
                {bar}
              </Link>
              <Button
                variant="plain"
                size="sm"
                icon={<TrashIcon />}
                aria-label={`Delete the series of ${visible(name)}`}
                onClick={() => remove?.({ selector: selector(name), series: value })}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function RemoveSeries({ selector, series, close }: Removal & { close: () => void }) {
  const found = counted(series, "series", "series");
  const act = useAct({ close }, `Deleted ${found}`);
  const [typed, setTyped] = useState("");
  return (
    <Frame
      title={`Delete ${found}?`}
      verb="Delete"
      isDanger
      isDisabled={typed.trim() !== String(series)}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => removeSeries(selector))}
    >
      <p>
        Every sample of <code>{visible(selector)}</code> is deleted, whatever its age, and cannot be brought
        back. What still sends it makes it anew.
      </p>
      <FormGroup label={`How many series are deleted (${series})`} fieldId="series-typed" isRequired>
        <TextInput
          id="series-typed"
          inputMode="numeric"
          value={typed}
          onChange={(_, value) => setTyped(value)}
          autoFocus
          isRequired
        />
      </FormGroup>
    </Frame>
  );
}
