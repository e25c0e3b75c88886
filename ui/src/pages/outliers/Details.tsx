import { Button } from "@patternfly/react-core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Outlier, Outliers } from "../../api/drift";
import { count, counted } from "../../parts/format";
import { visible } from "../../parts/visible";

interface DetailsProps {
  outlier: Outlier;
  cluster: Outliers["clusters"][number] | undefined;
  close: () => void;
}

/** What sets one host apart from its cluster, the most telling first. */
export function Details({ outlier, cluster, close }: DetailsProps) {
  const navigate = useNavigate();
  const usual = cluster?.examples.find(each => each.id !== outlier.id);
  const compare = () =>
    usual &&
    void navigate({
      to: "/compare",
      search: { system_ids: [usual.id, outlier.id], reference_id: usual.id },
    });
  return (
    <section className="pl-odd__details" aria-label={`What sets ${visible(outlier.display_name)} apart`}>
      <header>
        <h2>
          <Link to="/hosts/$id" params={{ id: outlier.id }}>
            {visible(outlier.display_name)}
          </Link>{" "}
          <span className="pl-subtle">
            among {counted(cluster?.hosts ?? 0, "host")}
            {usual && ` like ${visible(usual.display_name)}`}
          </span>
        </h2>
        <span className="pl-asof__acts">
          {usual && (
            <Button variant="secondary" size="sm" onClick={compare}>
              Compare with one of them
            </Button>
          )}
          <Button variant="link" size="sm" onClick={close}>
            Close
          </Button>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard */}
      <div className="pl-odd__scroll" tabIndex={0} role="region" aria-label="Facts that few others share">
        <table className="pl-table">
          <thead>
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">Here</th>
              <th scope="col">Most others</th>
              <th scope="col" className="pl-table__numeric">
                As here
              </th>
            </tr>
          </thead>
          <tbody>
            {outlier.facts.map(fact => (
              <tr key={fact.name} className="pl-row">
                <td title={fact.name}>{fact.name}</td>
                <Value text={fact.value} />
                <Value text={fact.usual} />
                <td className="pl-table__numeric">
                  {count(fact.same)} of {count(cluster?.hosts ?? 0)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Value({ text }: { text: string | null }) {
  return <td title={text ?? "missing"}>{text ?? <span className="pl-cell__missing">missing</span>}</td>;
}
