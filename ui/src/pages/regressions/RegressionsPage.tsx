import "./regressions.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { type Regression, regressions } from "../../api/regressions";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { Head } from "../benchmarks/Head";
import { AcknowledgeDialog } from "./AcknowledgeDialog";
import { RegressionCard } from "./RegressionCard";
import { rank } from "./words";

const route = getRouteApi("/benchmarks/regressions");

const STATES = [
  { state: undefined, name: "Open" },
  { state: "acknowledged", name: "Acknowledged" },
  { state: "all", name: "All" },
] as const;

/** Where benchmarks got worse: what is worst first, each with its results and what changed on the machine. */
export function RegressionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [judged, setJudged] = useState<Regression>();
  useTitle("Regressions");
  const found = useQuery(regressions(search));
  const answer = found.data;
  const sorted = [...(answer?.regressions ?? [])].sort((one, other) => rank(one) - rank(other));
  return (
    <div className="pl-page pl-bench">
      <Head title="Regressions" />
      <div className="pl-bench__bar">
        <div className="pl-subnav" role="group" aria-label="Which are shown">
          {STATES.map(({ state, name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={search.state === state}
              onClick={() => void navigate({ search: { ...search, state } })}
            >
              {name}
            </button>
          ))}
        </div>
        {search.host && (
          <button
            type="button"
            className="pl-regression__of-host"
            onClick={() => void navigate({ search: { ...search, host: undefined } })}
          >
            Of one host: show all
          </button>
        )}
        {answer && (
          <span className="pl-toolbar__end pl-subtle pl-num" role="status">
            {counted(answer.total, "finding")}
          </span>
        )}
      </div>
      {found.error && (
        <Failure
          error={found.error}
          what="The regressions cannot be shown"
          retry={() => void found.refetch()}
        />
      )}
      {!answer && !found.error && <div className="pl-loading" />}
      {answer?.total === 0 && (
        <EmptyState titleText="Nothing got worse" headingLevel="h2" icon={CheckCircleIcon} variant="sm">
          <EmptyStateBody>
            Results that <code>plumbline submit</code> sends are watched by themselves; it takes some 35 of
            one benchmark on one machine to tell a change from noise. Other results are watched where{" "}
            <code>PUT /api/fleet/v1/regressions/watches</code> says so.
          </EmptyStateBody>
        </EmptyState>
      )}
      <ol className="pl-regressions">
        {sorted.map(each => (
          <RegressionCard key={each.id} found={each} judge={() => setJudged(each)} />
        ))}
      </ol>
      {judged && <AcknowledgeDialog found={judged} close={() => setJudged(undefined)} />}
    </div>
  );
}
