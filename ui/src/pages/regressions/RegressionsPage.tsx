import "./regressions.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { PER_PAGE, type Regression, type RegressionsAsked, regressions } from "../../api/regressions";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { Head, Steps } from "../benchmarks/Head";
import { AcknowledgeDialog } from "./AcknowledgeDialog";
import { RegressionCard } from "./RegressionCard";
import { Watched } from "./Watched";
import { rank } from "./words";

const route = getRouteApi("/benchmarks/regressions");

const STATES = [
  { state: undefined, name: "Open" },
  { state: "acknowledged", name: "Acknowledged" },
  { state: "all", name: "All" },
  { state: "watched", name: "Watched" },
] as const;

/** Where benchmarks got worse: what is worst first, each with its results and what changed on the machine. */
export function RegressionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Regressions");
  const go = (page: number | undefined) => void navigate({ search: { ...search, page } });
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
              onClick={() => void navigate({ search: { ...search, state, page: undefined } })}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      {search.state === "watched" ? (
        <Watched page={search.page} go={go} />
      ) : (
        <Findings
          asked={{ ...search, state: search.state }}
          go={go}
          all={() => void navigate({ search: { ...search, host: undefined, page: undefined } })}
        />
      )}
    </div>
  );
}

interface FindingsProps {
  asked: RegressionsAsked;
  go: (page: number | undefined) => void;
  /** Shows those of all hosts. */
  all: () => void;
}

function Findings({ asked, go, all }: FindingsProps) {
  const [judged, setJudged] = useState<Regression>();
  const found = useQuery(regressions(asked));
  const answer = found.data;
  const sorted = [...(answer?.regressions ?? [])].sort((one, other) => rank(one) - rank(other));
  return (
    <>
      <div className="pl-bench__bar">
        {asked.host && (
          <button type="button" className="pl-regression__of-host" onClick={all}>
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
            one benchmark on one machine to tell a change from noise. Of other results <em>Watched</em> says
            which value is to be watched.
          </EmptyStateBody>
        </EmptyState>
      )}
      <ol className="pl-regressions">
        {sorted.map(each => (
          <RegressionCard key={each.id} found={each} judge={() => setJudged(each)} />
        ))}
      </ol>
      <Steps
        page={asked.page ?? 1}
        pages={Math.ceil((answer?.total ?? 0) / PER_PAGE)}
        go={to => go(to > 1 ? to : undefined)}
      />
      {judged && <AcknowledgeDialog found={judged} close={() => setJudged(undefined)} />}
    </>
  );
}
