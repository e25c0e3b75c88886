import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DriftCause, hostsBehind } from "../../api/driftcauses";
import { Failure } from "../../parts/Failure";
import { count, counted } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";

/** The hosts behind a cause, the first ones first. */
export function HostsBehind({ cause, close }: { cause: DriftCause; close: () => void }) {
  const found = useQuery(hostsBehind(cause.id));
  const hosts = found.data?.hosts ?? [];
  return (
    <section className="pl-driftcauses__hosts" aria-label={`Hosts behind ${cause.fact}`}>
      <header>
        <h2>{cause.headline}</h2>
        <Button variant="link" size="sm" onClick={close}>
          Close
        </Button>
      </header>
      {found.error && (
        <Failure error={found.error} what="The hosts cannot be shown" retry={() => void found.refetch()} />
      )}
      <ol>
        {hosts.map(host => (
          <li key={host.id}>
            <Link to="/hosts/$id" params={{ id: host.id }}>
              {visible(host.display_name ?? host.id)}
            </Link>{" "}
            <span className="pl-subtle">
              <RelativeTime at={host.since} />
              {!host.planned &&
                cause.side === "behind" &&
                cause.unplanned_hosts < cause.hosts &&
                ", not planned"}
            </span>
          </li>
        ))}
      </ol>
      {cause.hosts > hosts.length && hosts.length > 0 && (
        <p className="pl-subtle">and {count(cause.hosts - hosts.length)} more</p>
      )}
      {found.data && hosts.length === 0 && <p className="pl-subtle">{counted(0, "host")} any more</p>}
    </section>
  );
}
