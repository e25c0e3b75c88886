import { Button, EmptyState, EmptyStateBody } from "@patternfly/react-core";
import ChartLineIcon from "@patternfly/react-icons/dist/esm/icons/chart-line-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useAct } from "../../actions/useAct";
import { failureOf } from "../../api/client";
import {
  PER_PAGE,
  unwatch,
  type Watch,
  type WatchedSeries,
  watchedSeries,
  watches,
} from "../../api/regressions";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { visible } from "../../parts/visible";
import { Steps } from "../benchmarks/Head";
import { WatchDialog } from "./WatchDialog";
import { amount, percent } from "./words";

interface WatchedProps {
  page: number | undefined;
  go: (page: number | undefined) => void;
}

/** Which series are watched and what can be seen in each, and what somebody said is to be watched, or not. */
export function Watched({ page = 1, go }: WatchedProps) {
  const [adding, setAdding] = useState(false);
  const series = useQuery(watchedSeries(page));
  const said = useQuery(watches);
  const error = failureOf(series) ?? failureOf(said);
  const total = series.data?.total ?? 0;
  return (
    <>
      <div className="pl-bench__bar">
        <Button variant="primary" size="sm" onClick={() => setAdding(true)}>
          Watch a value
        </Button>
        {series.data && (
          <span className="pl-toolbar__end pl-subtle pl-num" role="status">
            {counted(total, "series", "series")}
          </span>
        )}
      </div>
      {error && (
        <Failure
          error={error}
          what="What is watched cannot be shown"
          retry={() => {
            void series.refetch();
            void said.refetch();
          }}
        />
      )}
      {!series.data && !error && <div className="pl-loading" />}
      {said.data && said.data.watches.length > 0 && (
        <section className="pl-card pl-watches" aria-labelledby="watches">
          <h2 id="watches">Asked for</h2>
          <ul>
            {said.data.watches.map(each => (
              <WatchLine key={`${each.benchmark_id} ${each.path}`} watch={each} />
            ))}
          </ul>
        </section>
      )}
      {series.data && total === 0 && (
        <EmptyState titleText="Nothing is watched yet" headingLevel="h2" icon={ChartLineIcon} variant="sm">
          <EmptyStateBody>
            Results that <code>plumbline submit</code> sends are watched by themselves, one series for each
            metric and machine. Of other results say which value is to be watched.
          </EmptyStateBody>
        </EmptyState>
      )}
      {series.data && total > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
        <div className="pl-watched" tabIndex={0} role="region" aria-label="Watched series">
          <table className="pl-table">
            <thead>
              <tr>
                <th scope="col">Series</th>
                <th scope="col">On</th>
                <th scope="col">Better</th>
                <th scope="col" className="pl-table__numeric">
                  Level
                </th>
                <th scope="col" className="pl-table__numeric">
                  Noise
                </th>
                <th scope="col" className="pl-table__numeric">
                  Step seen within ten
                </th>
              </tr>
            </thead>
            <tbody>
              {series.data.series.map(each => (
                <SeriesRow key={each.id} series={each} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Steps page={page} pages={Math.ceil(total / PER_PAGE)} go={to => go(to > 1 ? to : undefined)} />
      {adding && <WatchDialog close={() => setAdding(false)} />}
    </>
  );
}

function SeriesRow({ series }: { series: WatchedSeries }) {
  const name = [series.benchmark_name, series.name, series.metric].filter(part => part !== "").join(" · ");
  const { level, noise, visible: step } = series;
  return (
    <tr className="pl-row">
      <td>
        {name}
        {series.suspected && <span className="pl-regression__kind"> · worth another run</span>}
      </td>
      <td>
        {series.host_id ? (
          <Link to="/hosts/$id" params={{ id: series.host_id }}>
            {visible(series.host_name ?? series.host_id)}
          </Link>
        ) : (
          (series.flavor_name ?? "")
        )}
      </td>
      <td>{series.better}</td>
      <td className="pl-table__numeric">{typeof level === "number" ? amount(level, series.unit) : "–"}</td>
      <td className="pl-table__numeric">{typeof noise === "number" ? percent(noise) : "–"}</td>
      <td className="pl-table__numeric">
        {typeof step === "number" ? percent(step) : <span className="pl-subtle">too few results</span>}
      </td>
    </tr>
  );
}

function WatchLine({ watch }: { watch: Watch }) {
  const act = useAct({ failed: "It cannot be taken back" }, "It is as it was before");
  const name = watch.benchmark_name;
  return (
    <li>
      <span>
        <code>{watch.path}</code> of {name}:{" "}
        {watch.better === "none" ? "not watched" : `${watch.better} is better`}
        <span className="pl-subtle"> · {visible(watch.author)}</span>
      </span>
      <Button
        variant="link"
        size="sm"
        aria-label={`Take back: ${watch.path} of ${name}`}
        isDisabled={act.isPending}
        onClick={() => act.mutate(() => unwatch(watch))}
      >
        Take back
      </Button>
    </li>
  );
}
