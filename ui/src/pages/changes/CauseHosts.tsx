import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type CauseKey, hostsOfCause, type Window } from "../../api/changes";
import { failureOf } from "../../api/client";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { QuickLink } from "../../parts/QuickLink";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";

const STEP = 100;

interface CauseHostsProps {
  asked: unknown;
  window: () => Window;
  cause: CauseKey;
}

/** The hosts of a cause; each leads to what changed on it then. */
export function CauseHosts({ asked, window, cause }: CauseHostsProps) {
  const [shown, setShown] = useState(STEP);
  const found = useQuery(hostsOfCause(asked, window, cause, shown));
  const error = failureOf(found);
  if (error)
    return <Failure error={error} what="The hosts cannot be shown" retry={() => void found.refetch()} />;
  if (!found.data) return <div className="pl-loading" />;
  const { hosts, total } = found.data;
  return (
    <div className="pl-cause-hosts">
      <ul>
        {hosts.map(host => (
          <li key={host.id}>
            <QuickLink
              to={
                host.before == null
                  ? `/hosts/${host.id}?at=${host.seq}`
                  : `/hosts/${host.id}?from=${host.before}&to=${host.seq}`
              }
              className="pl-quiet-link"
              title={`What changed on ${visible(host.display_name)} then`}
            >
              {visible(host.display_name)}
            </QuickLink>{" "}
            <span className="pl-subtle">
              <RelativeTime at={host.at} />
            </span>
          </li>
        ))}
      </ul>
      {total > hosts.length && shown < 1_000 && (
        <Button variant="link" size="sm" isInline onClick={() => setShown(Math.min(1_000, shown * 2))}>
          {counted(total - hosts.length, "more host")}
        </Button>
      )}
    </div>
  );
}
