import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { changesByCause } from "../../api/changes";
import { count } from "../../parts/format";
import { CauseText } from "../changes/CauseText";
import { causeId, windowOf } from "../changes/search";

const SHOWN = 6;

/** What changed in the last day, on most hosts first: one line each, which leads to its hosts. */
export function Happened() {
  const found = useQuery(changesByCause({}, () => windowOf({}), SHOWN));
  const causes = found.data?.causes ?? [];
  return (
    <section className="pl-card pl-overview__happened" aria-labelledby="happened">
      <h2 id="happened">
        <Link to="/changes">What changed in the last 24 hours</Link>
      </h2>
      <ol className="pl-happened">
        {causes.map(cause => (
          <li key={causeId(cause)}>
            <Link to="/changes" search={{ cause: causeId(cause) }}>
              <CauseText cause={cause} />
              <span className="pl-num">
                {count(cause.hosts)} {cause.hosts === 1 ? "host" : "hosts"}
              </span>
            </Link>
          </li>
        ))}
        {found.data && causes.length === 0 && <li className="pl-subtle">nothing</li>}
      </ol>
    </section>
  );
}
