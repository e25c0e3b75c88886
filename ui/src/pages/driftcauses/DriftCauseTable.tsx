import { Button } from "@patternfly/react-core";
import CheckIcon from "@patternfly/react-icons/dist/esm/icons/check-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import EyeSlashIcon from "@patternfly/react-icons/dist/esm/icons/eye-slash-icon";
import { Link } from "@tanstack/react-router";
import type { DriftCause } from "../../api/driftcauses";
import { count } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";

interface DriftCauseTableProps {
  causes: readonly DriftCause[];
  chosen: string | undefined;
  look: (id: string) => void;
  judge: (cause: DriftCause) => void;
}

/** What happened behind our back first, then by hosts. The bar says how many hosts there are beside the cause with the most. */
export function DriftCauseTable({ causes, chosen, look, judge }: DriftCauseTableProps) {
  const most = Math.max(1, ...causes.map(each => each.hosts));
  const rank = (cause: DriftCause) => (cause.ignored_by === null && cause.side === "behind" ? 0 : 1);
  const sorted = [...causes].sort((one, other) => rank(one) - rank(other) || other.hosts - one.hosts);
  return (
    <div className="pl-driftcauses__scroll">
      <table className="pl-table pl-table--driftcauses" aria-label="Causes of drift">
        <thead>
          <tr>
            <th scope="col">Cause</th>
            <th scope="col">Baseline</th>
            <th scope="col">Whose</th>
            <th scope="col" className="pl-table__numeric">
              Hosts
            </th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="pl-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(cause => (
            <tr key={cause.id} className={`pl-row${cause.id === chosen ? " pl-row--chosen" : ""}`}>
              <td>
                <button
                  type="button"
                  className="pl-driftcauses__name"
                  aria-pressed={cause.id === chosen}
                  title={cause.fact}
                  onClick={() => look(cause.id)}
                >
                  {cause.fact}
                </button>
                <span className="pl-driftcauses__change">
                  <Said text={cause.expected} /> → <Said text={cause.actual} />
                </span>
              </td>
              <td>
                <Link to="/baselines/$id" params={{ id: cause.baseline_id }}>
                  {cause.baseline_name}
                </Link>
              </td>
              <td>
                <Whose cause={cause} />
              </td>
              <td className="pl-table__numeric">
                {count(cause.hosts)}
                <span
                  className={`pl-driftcauses__bar pl-driftcauses__bar--${cause.side}`}
                  style={{ inlineSize: `${(100 * cause.hosts) / most}%` }}
                  aria-hidden
                />
              </td>
              <td>
                <RelativeTime at={cause.opened} />
                {cause.ended && <span className="pl-subtle"> over</span>}
              </td>
              <td>
                <Button
                  size="sm"
                  variant="link"
                  onClick={() => judge(cause)}
                  aria-label={`Judge ${cause.fact}`}
                >
                  Judge
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Said({ text }: { text: string }) {
  return text === "" ? <span className="pl-subtle">none</span> : <span title={text}>{text}</span>;
}

function Whose({ cause }: { cause: DriftCause }) {
  if (cause.ignored_by)
    return (
      <span className="pl-driftcauses__side pl-subtle" title={cause.ignored_by}>
        <EyeSlashIcon /> Ignored
      </span>
    );
  return cause.side === "ours" ? (
    <span className="pl-driftcauses__side" title={cause.known_by ?? undefined}>
      <CheckIcon /> <span className="pl-driftcauses__side-word">Ours</span>
    </span>
  ) : (
    <span className="pl-driftcauses__side pl-driftcauses__side--behind">
      <ExclamationTriangleIcon /> <span className="pl-driftcauses__side-word">Behind our back</span>
    </span>
  );
}
