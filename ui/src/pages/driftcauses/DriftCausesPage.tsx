import "./driftcauses.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { type DriftCause, driftCauses } from "../../api/driftcauses";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { NameField } from "../../parts/NameField";
import { useSteps } from "../../parts/steps";
import { BaselineTabs } from "../baselines/BaselineTabs";
import { DriftCauseTable } from "./DriftCauseTable";
import { HostsBehind } from "./HostsBehind";
import { RuleDialog } from "./RuleDialog";
import type { DriftCausesSearch } from "./search";

const route = getRouteApi("/causes");

const SIDES = [
  { side: undefined, name: "All" },
  { side: "behind", name: "Behind our back" },
  { side: "ours", name: "Ours" },
] as const;

/** Why hosts are no longer as their baselines say: one row for each cause, with the hosts behind it. */
export function DriftCausesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [judged, setJudged] = useState<DriftCause>();
  useTitle("Causes of drift");
  const found = useQuery(driftCauses(search));
  const step = useSteps(search, navigate, ["q"]);
  const change = (changed: Partial<DriftCausesSearch>) => step({ ...search, ...changed });
  const answer = found.data;
  const looked = answer?.causes.find(each => each.id === search.cause);
  const isFiltered = search.side !== undefined || search.q !== undefined;
  return (
    <div className="pl-page">
      <header className="pl-groups__head">
        <h1 className="pl-title">Baselines</h1>
        <BaselineTabs />
        <NameField asked={search.q ?? ""} ask={text => change({ q: text || undefined })} />
        <div className="pl-subnav" role="group" aria-label="Whose changes">
          {SIDES.map(({ side, name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={search.side === side}
              onClick={() => change({ side, cause: undefined })}
            >
              {name}
            </button>
          ))}
        </div>
        <label className="pl-driftcauses__switch">
          <input
            type="checkbox"
            checked={search.ignored === true}
            onChange={event => change({ ignored: event.target.checked || undefined })}
          />
          Ignored ones
        </label>
        <label className="pl-driftcauses__switch">
          <input
            type="checkbox"
            checked={search.state === "all"}
            onChange={event => change({ state: event.target.checked ? "all" : undefined })}
          />
          Those that are over
        </label>
        {answer && (
          <span className="pl-toolbar__end pl-subtle pl-num" role="status">
            {counted(answer.total, "cause")}
          </span>
        )}
      </header>
      {found.error && (
        <Failure error={found.error} what="The causes cannot be shown" retry={() => void found.refetch()} />
      )}
      {!answer && !found.error && <div className="pl-loading" />}
      {answer?.total === 0 &&
        (isFiltered ? (
          <NothingFound what="cause" clear={() => change({ side: undefined, q: undefined })} />
        ) : (
          <EmptyState
            titleText="Every host is as it should be"
            headingLevel="h2"
            icon={CheckCircleIcon}
            variant="sm"
          >
            <EmptyStateBody>
              Hosts are compared with their baselines when they report, where notifications of the baseline
              are on. What many hosts have in common is shown here once, with the hosts behind it.
            </EmptyStateBody>
          </EmptyState>
        ))}
      {looked && <HostsBehind key={looked.id} cause={looked} close={() => change({ cause: undefined })} />}
      {answer && answer.total > 0 && (
        <DriftCauseTable
          causes={answer.causes}
          chosen={search.cause}
          look={id => change({ cause: id === search.cause ? undefined : id })}
          judge={setJudged}
        />
      )}
      {judged && <RuleDialog cause={judged} close={() => setJudged(undefined)} />}
    </div>
  );
}
