import { Link } from "@tanstack/react-router";
import type { Change } from "../../api/fleet";
import { useLive } from "../../frame/live";
import { causeText, KindMark } from "../../parts/changes";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";

/** What happened last; each leads to the host as it was then. */
export function Latest({ changes }: { changes: readonly Change[] }) {
  const { touched } = useLive();
  return (
    <section className="pl-card pl-latest" aria-labelledby="latest">
      <h2 id="latest">Last changes</h2>
      <ol>
        {changes.map(change => (
          <li key={change.seq} className={touched.has(change.host.id) ? "pl-latest--touched" : ""}>
            <Link to="/hosts/$id" params={{ id: change.host.id }} search={{ at: change.seq }}>
              <KindMark kind={change.kind} bare />
              <span className="pl-latest__name">{visible(change.host.display_name)}</span>
              <span className="pl-subtle pl-latest__cause">{causeText(change)}</span>
              <RelativeTime at={change.at} />
            </Link>
          </li>
        ))}
        {changes.length === 0 && <li className="pl-subtle">nothing yet</li>}
      </ol>
    </section>
  );
}
