import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { NothingReported } from "../../actions/NothingReported";
import { type HostSearch, TYPED } from "../../api/search";
import { useMoment } from "../../frame/moment";
import { useTitle } from "../../parts/hooks";
import { loaded } from "../../parts/loaded";
import { useSteps } from "../../parts/steps";
import { HostList } from "./HostList";

const route = getRouteApi("/hosts");

const HostsThen = lazy(() => loaded(() => import("./HostsThen")));

export function HostsPage() {
  const search = route.useSearch();
  const asOf = useMoment();
  const navigate = route.useNavigate();
  useTitle("Hosts");
  const step = useSteps(search, navigate, TYPED);
  const correct = (next: HostSearch) => void navigate({ search: next, replace: true });
  return (
    <div className={asOf ? "pl-page" : "pl-page pl-page--list"}>
      <h1 className="pl-hidden">Hosts</h1>
      {asOf ? (
        <Suspense fallback={<div className="pl-loading" />}>
          <HostsThen key={asOf} asOf={asOf} asked={search.q ?? ""} ask={q => step({ ...search, q })} />
        </Suspense>
      ) : (
        <HostList search={search} go={step} correct={correct} nothing={<NothingReported />} />
      )}
    </div>
  );
}
