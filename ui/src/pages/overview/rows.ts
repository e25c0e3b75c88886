import type { Overview } from "../../api/fleet";
import { quoted } from "../../api/questions";
import type { HostSearch } from "../../api/search";
import { visible } from "../../parts/visible";
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

/** Who tells no system is found by no filter. */
export function systemBars(systems: Overview["operating_systems"]): Bar[] {
  return systems.map(({ name, version, hosts }) => ({
    key: `${name} ${version}`,
    name: name == null ? "not reported" : `${name} ${version}`.trim(),
    hosts,
    search: name == null ? undefined : version === "" ? { os_release: name } : { os: [`${name} ${version}`] },
  }));
}

export function groupBars(groups: Overview["groups"]): Bar[] {
  return groups.map(({ id, name, hosts, ungrouped }) => ({
    key: id ?? "none",
    name: ungrouped ? "no group" : visible(name),
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

/** The same of the past, where hosts are found by questions. */
export const thenBars = (bars: readonly Bar[]): Bar[] =>
  bars.map(bar => ({ ...bar, search: bar.search && { q: questionOf(bar.search) } }));

function questionOf({ os, os_release, group_name }: HostSearch): string {
  if (os?.[0] !== undefined) return `os:${quoted(os[0])}`;
  if (os_release !== undefined) return `os_release:${quoted(os_release)}`;
  const name = group_name?.[0];
  return name ? `group:${quoted(name)}` : "not group:*";
}

/** Bars that are not among those given. */
export interface Beyond {
  count: number;
  hosts: number;
}

/** Those with most, and one for all the others, also for those that the answer only counts. */
export function foremost(bars: readonly Bar[], most: number, beyond: Beyond = { count: 0, hosts: 0 }): Bar[] {
  if (bars.length <= most && beyond.count === 0) return [...bars];
  const rest = bars.slice(most - 1);
  const count = rest.length + beyond.count;
  const hosts = rest.reduce((sum, bar) => sum + bar.hosts, beyond.hosts);
  const name = count === 1 ? "1 other" : `${count} others`;
  return [...bars.slice(0, most - 1), { key: "others", name, hosts }];
}
