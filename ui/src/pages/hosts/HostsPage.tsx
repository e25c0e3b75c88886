import { getRouteApi } from "@tanstack/react-router";
import { NothingReported } from "../../actions/NothingReported";
import { type HostSearch, TYPED } from "../../api/search";
import { useTitle } from "../../parts/hooks";
import { useSteps } from "../../parts/steps";
import { HostList } from "./HostList";

const route = getRouteApi("/hosts");

export function HostsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Hosts");
  const step = useSteps(search, navigate, TYPED);
  const correct = (next: HostSearch) => void navigate({ search: next, replace: true });
  return (
    <div className="pl-page pl-page--list">
      <h1 className="pl-hidden">Hosts</h1>
      <HostList search={search} go={step} correct={correct} nothing={<NothingReported />} />
    </div>
  );
}
