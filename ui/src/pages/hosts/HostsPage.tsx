import { getRouteApi } from "@tanstack/react-router";
import { NothingReported } from "../../parts/Empty";
import { useTitle } from "../../parts/hooks";
import { HostList } from "./HostList";

const route = getRouteApi("/hosts");

export function HostsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Hosts");
  return (
    <div className="pl-page pl-page--list">
      <h1 className="pl-hidden">Hosts</h1>
      <HostList
        search={search}
        replace={next => void navigate({ search: next })}
        nothing={<NothingReported />}
      />
    </div>
  );
}
