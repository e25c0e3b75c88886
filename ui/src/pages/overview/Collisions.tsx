import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { collisions } from "../../api/identity";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";

/** Hosts that two machines claim; nothing while there are none. */
export function Collisions() {
  const found = useQuery(collisions);
  const total = found.data?.total ?? 0;
  if (!found.data || total === 0) return null;
  return (
    <section className="pl-card pl-overview__happened" aria-labelledby="collisions">
      <h2 id="collisions">
        <ExclamationTriangleIcon aria-hidden /> {total === 1 ? "One host is" : `${total} hosts are`} claimed
        by two machines
      </h2>
      <ol className="pl-happened">
        {found.data.collisions.map(collision => (
          <li key={collision.host_id}>
            <Link to="/hosts/$id" params={{ id: collision.host_id }} search={{ tab: "identity" }}>
              <span>
                {visible(collision.display_name)}: {collision.conflict.join(", ")}
              </span>
              <RelativeTime at={collision.last_seen} />
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
