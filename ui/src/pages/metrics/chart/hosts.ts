import { keepPreviousData, queryOptions, useQueries } from "@tanstack/react-query";
import { ask, inventory } from "../../../api/client";
import { type Moment, timelineOf } from "../../../api/fleet";
import { KEYS } from "../../../api/queries";
import type { Host, Page } from "../../../api/types";
import { causeText, kindName, whatChanged } from "../../../parts/changes";
import { exact } from "../../../parts/format";
import type { Series } from "./load";

/** Labels by which senders name a machine. */
export const HOST_LABELS = ["host", "hostname", "host_name", "fqdn", "node", "nodename", "instance"] as const;

/** The marks of more hosts would cover the chart. */
const MOST = 12;

/** The machine that a label names: without the port that scrapers add. */
const machine = (value: string) => value.replace(/:\d+$/, "");

/** The machines that some series are of, as long as they are few. */
export function hostNames(series: readonly Pick<Series, "labels">[]): string[] {
  const names = new Set<string>();
  for (const { labels } of series) {
    const label = HOST_LABELS.find(name => labels[name]);
    if (label) names.add(machine(labels[label] as string));
  }
  return names.size > MOST ? [] : [...names].sort();
}

const first = (name: string) => name.split(".")[0]?.toLowerCase();

/** Whether a host is the one of that name: the whole name, or the first part of it where only that is told. */
export const isNamed = (host: Pick<Host, "display_name" | "fqdn">, name: string) =>
  [host.display_name, host.fqdn].some(
    each =>
      each &&
      (each.toLowerCase() === name.toLowerCase() ||
        (!name.includes(".") && first(each) === name.toLowerCase())),
  );

/** The host of a name, or none. */
const hostNamed = (name: string) =>
  queryOptions({
    queryKey: [KEYS.hosts, "named", name],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ hostname_or_id: name, per_page: "20" });
      const page = await ask<Page<Host[]>>(inventory(`/hosts?${params}`), { signal });
      return page.results.find(host => isNamed(host, name)) ?? null;
    },
    placeholderData: keepPreviousData,
  });

export interface HostChange {
  key: string;
  at: number;
  kind: Moment["kind"];
  title: string;
  host: { id: string; name: string };
  moment: Moment;
  /** The change before it, to compare with. */
  before: number | undefined;
}

/** What happened to these machines between two times, from the log. */
export function useHostChanges(names: readonly string[], from: number, to: number): HostChange[] {
  const found = useQueries({ queries: names.map(hostNamed) });
  const hosts = found.flatMap(each => (each.data ? [each.data] : []));
  const timelines = useQueries({ queries: hosts.map(host => timelineOf(host.id)) });
  return hosts.flatMap((host, nth) => {
    const moments = timelines[nth]?.data?.changes ?? [];
    return moments.flatMap((moment, at) => {
      const time = Date.parse(moment.at);
      if (time < from || time > to) return [];
      const what = [kindName(moment.kind), causeText(moment), whatChanged(moment)]
        .filter(Boolean)
        .join(" · ");
      return {
        key: `${host.id} ${moment.seq}`,
        at: time,
        kind: moment.kind,
        title: `${host.display_name}, ${exact(time)}: ${what}`,
        host: { id: host.id, name: host.display_name },
        moment,
        before: moments[at + 1]?.seq,
      };
    });
  });
}
