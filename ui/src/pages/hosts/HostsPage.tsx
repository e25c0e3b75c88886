import { getRouteApi } from "@tanstack/react-router";
import { type HostSearch, TYPED } from "../../api/search";
import { NothingReported } from "../../parts/Empty";
import { useTitle } from "../../parts/hooks";
import { useSteps } from "../../parts/steps";
import { HostList } from "./HostList";

const route = getRouteApi("/hosts");

export function HostsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Hosts");
  const go = (next: HostSearch, replace: boolean) => void navigate({ search: next, replace });
  const step = useSteps(search, go, TYPED);
  return (
    <div className="pl-page pl-page--list">
      <h1 className="pl-hidden">Hosts</h1>
      <HostList search={search} go={step} correct={next => go(next, true)} nothing={<NothingReported />} />
    </div>
  );
}
