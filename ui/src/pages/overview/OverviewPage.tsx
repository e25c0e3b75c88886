import "./overview.css";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { NothingReported } from "../../actions/NothingReported";
import { failureOf } from "../../api/client";
import { overview } from "../../api/fleet";
import { useMoment } from "../../frame/moment";
import { Failure } from "../../parts/Failure";
import { useTitle } from "../../parts/hooks";
import { loaded } from "../../parts/loaded";
import { Bars } from "./Bars";
import { Collisions } from "./Collisions";
import { Happened } from "./Happened";
import { Latest } from "./Latest";
import { NeedsLook } from "./NeedsLook";
import { groupBars, reporterBars, systemBars } from "./rows";
import { States } from "./States";

const Activity = lazy(() => loaded(() => import("./Activity")));

const OverviewThen = lazy(() => loaded(() => import("./OverviewThen")));

/** The fleet at a glance, now or as it was; every picture leads to the hosts behind it. */
export function OverviewPage() {
  const asOf = useMoment();
  useTitle("Overview");
  if (!asOf) return <OverviewNow />;
  return (
    <div className="pl-page pl-overview">
      <h1 className="pl-hidden">Overview</h1>
      <Suspense fallback={<div className="pl-loading" />}>
        <OverviewThen asOf={asOf} />
      </Suspense>
    </div>
  );
}

function OverviewNow() {
  const fleet = useQuery(overview);
  const error = failureOf(fleet);
  if (error) {
    return (
      <div className="pl-page">
        <Failure error={error} what="The overview cannot be shown" retry={() => void fleet.refetch()} />
      </div>
    );
  }
  if (!fleet.data) return <div className="pl-loading" />;
  const { hosts, operating_systems, groups, other_groups, reporters, activity, latest } = fleet.data;
  const title = <h1 className="pl-hidden">Overview</h1>;
  if (hosts.total === 0 && latest.length === 0) {
    return (
      <>
        {title}
        <NothingReported />
      </>
    );
  }
  return (
    <div className="pl-page pl-overview">
      {title}
      <States hosts={hosts} />
      <section className="pl-card pl-overview__activity" aria-labelledby="activity">
        <h2 id="activity">Last 24 hours</h2>
        <Suspense fallback={<div className="pl-activity-room" />}>
          <Activity activity={activity} />
        </Suspense>
      </section>
      <NeedsLook hosts={hosts} groups={groups} />
      <Collisions />
      <Happened />
      <Bars id="systems" title="Systems" rows={systemBars(operating_systems)} total={hosts.total} />
      <Bars
        id="groups"
        title="Groups"
        rows={groupBars(groups)}
        total={hosts.total}
        beyond={{ count: other_groups.groups, hosts: other_groups.hosts }}
      />
      <Bars id="reporters" title="Reporters" rows={reporterBars(reporters)} total={hosts.total} />
      <Latest changes={latest} />
    </div>
  );
}
