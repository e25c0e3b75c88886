import type { Overview } from "../../api/fleet";
import type { HostSearch } from "../../api/search";
import { isKnownReporter } from "../hosts/filters/vocabulary";

/** One bar: what it is called, how long it is, and the hosts behind it. */
export interface Bar {
  key: string;
  name: string;
  hosts: number;
  /** None when the inventory cannot narrow a list to it. */
  search?: HostSearch;
  title?: string;
}

/** The inventory has no filter for the system: the link leads to the hosts in its order. */
export function systemBars(systems: Overview["operating_systems"]): Bar[] {
  return systems.map(({ name, version, hosts }) => ({
    key: `${name} ${version}`,
    name: name == null ? "not reported" : `${name} ${version}`.trim(),
    hosts,
    search: { order_by: "operating_system", order_how: "ASC" },
    title: "the hosts in the order of their systems",
  }));
}

export function groupBars(groups: Overview["groups"]): Bar[] {
  return groups.map(({ id, name, hosts, ungrouped }) => ({
    key: id ?? "none",
    name: ungrouped ? "no group" : name,
    hosts,
    search: { group_name: [ungrouped ? "" : name] },
  }));
}

export function reporterBars(reporters: Overview["reporters"]): Bar[] {
  return reporters.map(({ reporter, hosts }) => ({
    key: reporter,
    name: reporter,
    hosts,
    search: isKnownReporter(reporter) ? { registered_with: [reporter] } : undefined,
  }));
}

/** Those with most, and one for all the others. */
export function foremost(bars: readonly Bar[], most: number): Bar[] {
  if (bars.length <= most) return [...bars];
  const rest = bars.slice(most - 1);
  const others = rest.reduce((sum, bar) => sum + bar.hosts, 0);
  return [...bars.slice(0, most - 1), { key: "others", name: `${rest.length} others`, hosts: others }];
}
