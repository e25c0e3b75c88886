import "./host.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { failureOf } from "../../api/client";
import { stateAt } from "../../api/fleet";
import { Failure } from "../../parts/Failure";
import { useTitle } from "../../parts/hooks";
import { Known } from "../../parts/Known";
import { loaded } from "../../parts/loaded";
import { useSteps } from "../../parts/steps";
import { Facts } from "./facts/Facts";
import { Header } from "./Header";
import { useSubject } from "./subject";
import type { HostView } from "./view";

const Timeline = lazy(() => loaded(() => import("./Timeline")));
const Drift = lazy(() => loaded(() => import("./drift/Drift")));
const Identity = lazy(() => loaded(() => import("./identity/Identity")));
const HostCharts = lazy(() => loaded(() => import("../metrics/HostCharts")));

const route = getRouteApi("/hosts/$id");

export const HostPage = () => <Known id={route.useParams().id} page={id => <OneHost key={id} id={id} />} />;

/** One host: what it is, what it was, and what changed between. */
function OneHost({ id }: { id: string }) {
  const { as_of, ...inAddress } = route.useSearch();
  const navigate = route.useNavigate();
  const then = useQuery({ ...stateAt(id, as_of ?? ""), enabled: as_of !== undefined });
  // What the address names comes before the moment of the pages.
  const view = {
    ...inAddress,
    at: inAddress.at ?? (inAddress.from === undefined ? then.data?.seq : undefined),
  };
  const unknown = inAddress.at === undefined ? failureOf(then) : null;
  const found = useSubject(id, view.at);
  const isLooked = as_of !== undefined && view.at === undefined && view.from === undefined;
  const subject = isLooked ? undefined : found.subject;
  const { now, retry } = found;
  const error = unknown ?? found.error;
  const name = String(subject?.host.display_name ?? now?.display_name ?? "Host");
  useTitle(name);
  const step = useSteps(inAddress, navigate, ["find"]);
  // A moment that is chosen on the ruler takes the place of that of the pages.
  const change = (changed: Partial<HostView>) =>
    step({ ...inAddress, ...changed, ...("at" in changed && { as_of: undefined }) });
  const compares = view.from !== undefined;
  const tab = !compares && view.at === undefined && now !== undefined ? view.tab : undefined;
  return (
    <div className="pl-page pl-host">
      <p className="pl-crumb">
        <Link to="/hosts">Hosts</Link>
      </p>
      {subject && <Header id={id} now={now} subject={subject} gone={() => void navigate({ to: "/hosts" })} />}
      <Suspense fallback={<div className="pl-ruler-room" />}>
        <Timeline id={id} view={view} change={change} />
      </Suspense>
      {error && <Failure error={error} what="The host cannot be shown" retry={retry} />}
      {subject && !compares && view.at === undefined && now && <Tabs tab={tab} change={change} />}
      {now && !compares && !tab && view.at === undefined && (
        <Suspense fallback={null}>
          <HostCharts names={[now.display_name, ...(now.fqdn ? [now.fqdn] : [])]} />
        </Suspense>
      )}
      {subject && !compares && !tab && <Facts subject={subject} view={view} change={change} />}
      {subject && tab && now && (
        <Suspense fallback={<div className="pl-loading" />}>
          {tab === "drift" ? <Drift host={now} /> : <Identity id={id} name={now.display_name} />}
        </Suspense>
      )}
      {!subject && !error && <div className="pl-loading" />}
    </div>
  );
}

interface TabsProps {
  tab: HostView["tab"];
  change: (change: Partial<HostView>) => void;
}

/** What it is, how it stands to what it should be, or by what it is recognised. */
function Tabs({ tab, change }: TabsProps) {
  return (
    <div className="pl-subnav pl-host__tabs" role="group" aria-label="What is shown of the host">
      <button type="button" aria-pressed={!tab} onClick={() => change({ tab: undefined })}>
        Facts
      </button>
      <button
        type="button"
        aria-pressed={tab === "drift"}
        onClick={() => change({ tab: "drift", section: undefined, find: undefined })}
      >
        Drift
      </button>
      <button
        type="button"
        aria-pressed={tab === "identity"}
        onClick={() => change({ tab: "identity", section: undefined, find: undefined })}
      >
        Identity
      </button>
    </div>
  );
}
