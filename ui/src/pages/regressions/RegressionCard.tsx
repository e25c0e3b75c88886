import { Button } from "@patternfly/react-core";
import ArrowDownIcon from "@patternfly/react-icons/dist/esm/icons/arrow-down-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useAct } from "../../actions/useAct";
import { type Regression, regression, reopen } from "../../api/regressions";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";
import { StepChart } from "./StepChart";
import { amount, change, KINDS, rank } from "./words";

const ICONS = [ExclamationTriangleIcon, ServerIcon, ArrowDownIcon];

/** What was found, its chart, and what changed on the machine since the last good result. */
export function RegressionCard({ found, judge }: { found: Regression; judge: () => void }) {
  const detail = useQuery(regression(found.id));
  const act = useAct({ failed: "It cannot be opened again" }, "It is open again");
  const { series } = found;
  const Icon = ICONS[rank(found)] ?? ArrowDownIcon;
  const title = [series.benchmark_name, series.name, series.metric].filter(part => part !== "").join(" · ");
  const changes = detail.data?.changes ?? [];
  return (
    <li className="pl-card pl-regression">
      <header className="pl-regression__head">
        <h2>{title}</h2>
        <span className={`pl-regression__kind pl-regression__kind--${found.kind}`}>
          <Icon /> {KINDS[found.kind]} {change(found)}
        </span>
      </header>
      <p className="pl-regression__facts">
        {series.host_id ? (
          <Link to="/hosts/$id" params={{ id: series.host_id }}>
            {visible(series.host_name ?? series.host_id)}
          </Link>
        ) : (
          <span>{series.flavor_name}</span>
        )}
        <span className="pl-num">
          {amount(found.before, series.unit)} → {amount(found.after, series.unit)}
        </span>
        <span className="pl-subtle">
          <RelativeTime at={found.at} />
          {found.ended && ", over"}
        </span>
      </p>
      {detail.error && (
        <Failure
          error={detail.error}
          what="The results cannot be shown"
          retry={() => void detail.refetch()}
        />
      )}
      {detail.data ? (
        <StepChart found={found} points={detail.data.points} />
      ) : (
        <div className="pl-regression__room" />
      )}
      {series.host_id && detail.data && (
        <div className="pl-regression__causes">
          <h3>{counted(found.host_changes, "change")} of the host since the last good result</h3>
          <ol>
            {changes.map(each => (
              <li key={each.seq}>
                <span className="pl-subtle">
                  <RelativeTime at={each.at} />
                </span>{" "}
                {[...each.sections, ...each.fields].join(", ") || each.kind}
              </li>
            ))}
          </ol>
        </div>
      )}
      <footer className="pl-regression__foot">
        {found.acknowledged ? (
          <>
            <span>
              Acknowledged by {found.acknowledged_by}: {found.reason}
            </span>
            <Button variant="link" size="sm" onClick={() => act.mutate(() => reopen(found.id))}>
              Open again
            </Button>
          </>
        ) : (
          <Button variant="secondary" size="sm" onClick={judge} aria-label={`Acknowledge ${title}`}>
            Acknowledge
          </Button>
        )}
      </footer>
    </li>
  );
}
