import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import NotEqualIcon from "@patternfly/react-icons/dist/esm/icons/not-equal-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Baseline } from "../../../api/baselines";
import { driftOf } from "../../../api/drift";
import { Failure } from "../../../parts/Failure";
import { count, counted } from "../../../parts/format";
import { driftedFacts } from "./drifted";

const MOST = 200;

/** The host against one baseline: the facts that are not as they should be. */
export function Against({ host, baseline }: { host: string; baseline: Baseline }) {
  const report = useQuery(driftOf(host, baseline.id));
  const drifted = report.data && driftedFacts(report.data, baseline.id);
  const isLeftOut = report.data?.systems.length === 0;
  return (
    <section className="pl-drift__one" aria-label={`Against ${baseline.display_name}`}>
      <header>
        <h2>
          <Link to="/baselines/$id" params={{ id: baseline.id }}>
            {baseline.display_name}
          </Link>
        </h2>
        {drifted && !isLeftOut && (
          <span className={drifted.length === 0 ? "pl-drift__good" : "pl-drift__bad"} role="status">
            {drifted.length === 0 ? <CheckCircleIcon aria-hidden /> : <NotEqualIcon aria-hidden />}
            {drifted.length === 0
              ? "as it should be"
              : counted(drifted.length, "fact differs", "facts differ")}
          </span>
        )}
        {!baseline.notifications_enabled && <span className="pl-subtle">notifications are off</span>}
        <Link
          className="pl-drift__all"
          to="/compare"
          search={{ system_ids: [host], baseline_ids: [baseline.id], "filter[show]": "baseline" }}
        >
          Side by side
        </Link>
      </header>
      {report.error && (
        <Failure error={report.error} what="They cannot be compared" retry={() => void report.refetch()} />
      )}
      {isLeftOut && <p className="pl-subtle">CentOS hosts are not compared.</p>}
      {drifted && drifted.length > 0 && !isLeftOut && (
        <div
          className="pl-drift__scroll"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
          tabIndex={0}
          role="region"
          aria-label={`What differs from ${baseline.display_name}`}
        >
          <table className="pl-table">
            <thead>
              <tr>
                <th scope="col">Fact</th>
                <th scope="col">Should be</th>
                <th scope="col">Is</th>
              </tr>
            </thead>
            <tbody>
              {drifted.slice(0, MOST).map(fact => (
                <tr key={fact.path} className="pl-row">
                  <td title={fact.path}>{fact.path}</td>
                  <td title={fact.wanted}>{fact.wanted}</td>
                  <td title={fact.found}>{fact.found || <span className="pl-subtle">missing</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {drifted.length > MOST && (
            <p className="pl-subtle pl-drift__rest">and {count(drifted.length - MOST)} more: side by side</p>
          )}
        </div>
      )}
    </section>
  );
}
