import "./compare.css";
import { Alert, AlertActionLink, Button } from "@patternfly/react-core";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { ApiError } from "../../api/client";
import { comparison, isNothing } from "../../api/drift";
import { Failure } from "../../parts/Failure";
import { counted, exact } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { loaded } from "../../parts/loaded";
import { useSteps } from "../../parts/steps";
import { CompareTabs } from "./CompareTabs";
import { Comparison } from "./Comparison";
import { NothingChosen } from "./Nothing";
import { columnsOf } from "./report";
import { type Addition, type CompareSearch, MOST, referenceOf, sizeOf, without } from "./search";

const AddDialog = lazy(() => loaded(() => import("./AddDialog")));

const route = getRouteApi("/compare");

/** Hosts, baselines and earlier states side by side. All of it is in the address. */
export function ComparePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Compare");
  const step = useSteps(search, navigate, ["find"]);
  const correct = (next: CompareSearch) => void navigate({ search: next, replace: true });
  /** A dialog is no place of its own: opened and closed it leaves nothing to go back to. */
  const open = (add: Addition | undefined) => correct({ ...search, add });
  const asked = useMemo(
    () => ({
      system_ids: search.system_ids ?? [],
      baseline_ids: search.baseline_ids ?? [],
      historical_system_profile_ids: search.hsp_ids ?? [],
      reference_id: referenceOf(search),
    }),
    [search],
  );
  const nothing = isNothing(asked);
  const tooMany = sizeOf(search) > MOST;
  const report = useQuery({ ...comparison(asked), enabled: !nothing && !tooMany });
  return (
    <div className="pl-page pl-page--list pl-compare">
      <header className="pl-compare__head">
        <h1 className="pl-title">Compare</h1>
        <CompareTabs />
        {!nothing && (
          <span className="pl-toolbar__end">
            <span className="pl-subtle pl-num">{counted(sizeOf(search), "column")}</span>
            <Button size="sm" variant="secondary" icon={<PlusIcon />} onClick={() => open("hosts")}>
              Add
            </Button>
          </span>
        )}
      </header>
      {tooMany && (
        <div className="pl-list__failure">
          <Alert
            isInline
            variant="warning"
            component="p"
            title={`${counted(sizeOf(search), "record")} are too many for one page`}
            actionLinks={<AlertActionLink onClick={() => step({})}>Start over</AlertActionLink>}
          >
            Up to {MOST} are shown side by side. Leave some out, or compare them with{" "}
            <code>plumbline compare</code> or the API; the odd ones among thousands are found under “Odd
            ones”.
          </Alert>
        </div>
      )}
      {nothing && <NothingChosen add={open} />}
      {report.error && (
        <div className="pl-list__failure">
          <Refusal
            error={report.error}
            search={search}
            leaveOut={ids => correct(without(search, ids))}
            retry={() => void report.refetch()}
          />
        </div>
      )}
      {!nothing && !tooMany && !report.error && !report.data && <div className="pl-loading" />}
      {!nothing && !tooMany && !report.error && report.data && (
        <Comparison
          report={report.data}
          asked={asked}
          isStale={report.isPlaceholderData}
          search={search}
          go={step}
          again={() => void report.refetch()}
        />
      )}
      {search.add && (
        <Suspense fallback={null}>
          <AddDialog
            search={{ ...search, add: undefined }}
            tab={search.add}
            known={
              new Map(
                report.data
                  ? columnsOf(report.data, "").map(({ id, name, kind, at }) => [
                      id,
                      kind === "past" && at ? `${name}, ${exact(at)}` : name,
                    ])
                  : [],
              )
            }
            close={chosen => (chosen ? step(chosen) : open(undefined))}
          />
        </Suspense>
      )}
    </div>
  );
}

interface RefusalProps {
  error: Error;
  search: CompareSearch;
  leaveOut: (ids: string[]) => void;
  retry: () => void;
}

/** Why there is no comparison. Of records that are gone it says which, and goes on without them. */
function Refusal({ error, search, leaveOut, retry }: RefusalProps) {
  const all = [...(search.system_ids ?? []), ...(search.baseline_ids ?? []), ...(search.hsp_ids ?? [])];
  const gone =
    error instanceof ApiError && error.status === 404 ? all.filter(id => error.message.includes(id)) : [];
  if (gone.length === 0)
    return <Failure error={error} what="The comparison cannot be displayed" retry={retry} />;
  return (
    <Alert
      isInline
      variant="warning"
      component="p"
      title={`${counted(gone.length, "record")} of this comparison ${gone.length === 1 ? "is" : "are"} gone`}
      actionLinks={
        <AlertActionLink onClick={() => leaveOut(gone)}>
          {gone.length === all.length ? "Start over" : "Compare the others"}
        </AlertActionLink>
      }
    >
      {error.message}. They were deleted, are older than history is kept, or are not within your reach.
    </Alert>
  );
}
