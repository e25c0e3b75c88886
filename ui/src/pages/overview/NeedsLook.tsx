import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import PowerOffIcon from "@patternfly/react-icons/dist/esm/icons/power-off-icon";
import SearchIcon from "@patternfly/react-icons/dist/esm/icons/search-icon";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { alerts } from "../../api/alerts";
import { hostsWhere, oddestOf } from "../../api/attention";
import type { Overview } from "../../api/fleet";
import { BrowserSwitch } from "../../parts/BrowserSwitch";
import { count } from "../../parts/format";
import { visible } from "../../parts/visible";
import { bootedSince, groupsToLookAt, oddest } from "./attention";

const FAILED = "systemd.failed>=1";

/** What somebody should look at: hosts that are silent, broken, just booted, or unlike the others of their group. */
export function NeedsLook({ hosts, groups }: Pick<Overview, "hosts" | "groups">) {
  const booted = bootedSince(Date.now());
  const failed = useQuery(hostsWhere(FAILED));
  const reboots = useQuery(hostsWhere(booted));
  const firing = useQuery(alerts).data?.filter(alert => alert.state === "firing").length ?? 0;
  const looked = groupsToLookAt(groups);
  const answers = useQueries({ queries: looked.map(name => oddestOf(name)) });
  const odd = oddest(
    looked,
    answers.map(answer => answer.data),
  );
  return (
    <section className="pl-card pl-attention" aria-labelledby="attention">
      <header>
        <h2 id="attention">Needs a look</h2>
        <BrowserSwitch />
      </header>
      <ul>
        <Line
          Icon={ExclamationTriangleIcon}
          name="Silent for long"
          count={hosts.stale_warning ?? undefined}
          to={{ to: "/hosts", search: { staleness: ["stale_warning"] } }}
          isBad
        />
        <Line
          Icon={ExclamationCircleIcon}
          name="With failed units"
          count={failed.data}
          to={{ to: "/hosts", search: { where: [FAILED] } }}
          isBad
        />
        <Line
          Icon={BellIcon}
          name="Alerts that fire"
          count={firing}
          to={{ to: "/dashboards/alerts" }}
          isBad
        />
        <Line
          Icon={PowerOffIcon}
          name="Booted in the last 24 hours"
          count={reboots.data}
          to={{ to: "/hosts", search: { where: [booted] } }}
        />
        {odd.map(({ group, host }) => (
          <li key={host.id} className="pl-attention__odd">
            <Link to="/compare/outliers" search={{ group_name: [group], host: host.id }}>
              <SearchIcon aria-hidden />
              <span>
                <b>{visible(host.display_name)}</b>
                <span className="pl-subtle">
                  the odd one of {visible(group)}
                  {host.facts[0] && `, by ${host.facts[0].name}`}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  Icon: typeof BellIcon;
  name: string;
  /** Not set while it is on its way. */
  count: number | undefined;
  to: LinkProps;
  isBad?: boolean;
}

function Line({ Icon, name, count: number, to, isBad }: LineProps) {
  const standing = !number ? "none" : isBad ? "bad" : "some";
  return (
    <li className={`pl-attention__${standing}`}>
      <Link {...to}>
        <Icon aria-hidden />
        <span>{name}</span>
        <span className="pl-num">{number === undefined ? "…" : count(number)}</span>
      </Link>
    </li>
  );
}
