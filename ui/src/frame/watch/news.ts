import type { Alert } from "../../api/alerts";
import type { DriftCause } from "../../api/driftcauses";
import { counted } from "../../parts/format";

/** What is up, as far as it is known. */
export interface Standing {
  alerts?: readonly Alert[];
  causes?: readonly DriftCause[];
  /** How many hosts are silent for long. */
  silent?: number;
}

/** One thing to tell, and the page that says more. The browser shows one notice for each tag, however many tabs there are. */
export interface News {
  tag: string;
  title: string;
  body: string;
  to: string;
}

/** What came up between two looks. What was not known before is no news. */
export function newsBetween(before: Standing, now: Standing): News[] {
  return [...firing(before, now), ...causes(before, now), ...silent(before, now)];
}

function firing({ alerts: before }: Standing, { alerts: now }: Standing): News[] {
  if (!before || !now) return [];
  const fired = new Set(before.filter(alert => alert.state === "firing").map(alert => alert.id));
  return now
    .filter(alert => alert.state === "firing" && !fired.has(alert.id))
    .map(alert => ({
      tag: `alert ${alert.id}`,
      title: `${alert.rule.name} fires`,
      body: alert.rule.summary || `for ${counted(alert.firing, "series", "series")}`,
      to: "/dashboards/alerts",
    }));
}

function causes({ causes: before }: Standing, { causes: now }: Standing): News[] {
  if (!before || !now) return [];
  const known = new Set(before.map(cause => cause.id));
  return now
    .filter(cause => !known.has(cause.id))
    .map(cause => ({
      tag: `cause ${cause.id}`,
      title: `Hosts are not as ${cause.baseline_name} says`,
      body: cause.headline,
      to: `/causes?cause=${cause.id}`,
    }));
}

function silent({ silent: before }: Standing, { silent: now }: Standing): News[] {
  if (before === undefined || now === undefined || now <= before) return [];
  return [
    {
      tag: "silent",
      title: `${counted(now - before, "host")} fell silent`,
      body: `${counted(now, "host is", "hosts are")} silent for long`,
      to: "/hosts?staleness=stale_warning",
    },
  ];
}
