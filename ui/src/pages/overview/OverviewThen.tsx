import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { failureOf } from "../../api/client";
import { overviewAt } from "../../api/fleet";
import { Failure } from "../../parts/Failure";
import { count, exact } from "../../parts/format";
import { loaded } from "../../parts/loaded";
import { Bars } from "./Bars";
import { Latest } from "./Latest";
import { groupBars, systemBars, thenBars } from "./rows";

const Activity = lazy(() => loaded(() => import("./Activity")));

/** The fleet at a glance, as it was. Which hosts were silent then is not known: check-ins do not stay in the log. */
export default function OverviewThen({ asOf }: { asOf: string }) {
  const then = useQuery(overviewAt(asOf));
  const error = failureOf(then);
  if (error)
    return <Failure error={error} what="The past cannot be shown" retry={() => void then.refetch()} />;
  if (!then.data) return <div className="pl-loading" />;
  const { hosts, operating_systems, groups, other_groups, activity, latest } = then.data;
  return (
    <>
      <section className="pl-card pl-states" aria-labelledby="states">
        <h2 id="states">Hosts</h2>
        <Link to="/hosts" className="pl-states__total pl-num">
          {count(hosts.total)}
        </Link>
        <p className="pl-subtle">
          {hosts.total === 0 ? `None was known on ${exact(asOf)}.` : "Which of them were silent is not kept."}
        </p>
      </section>
      <section className="pl-card pl-overview__activity" aria-labelledby="activity">
        <h2 id="activity">24 hours before</h2>
        <Suspense fallback={<div className="pl-activity-room" />}>
          <Activity activity={activity} />
        </Suspense>
      </section>
      <Bars id="systems" title="Systems" rows={thenBars(systemBars(operating_systems))} total={hosts.total} />
      <Bars
        id="groups"
        title="Groups"
        rows={thenBars(groupBars(groups))}
        total={hosts.total}
        beyond={{ count: other_groups.groups, hosts: other_groups.hosts }}
      />
      <Latest changes={latest} />
    </>
  );
}
