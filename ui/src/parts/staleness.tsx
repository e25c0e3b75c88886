import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ClockIcon from "@patternfly/react-icons/dist/esm/icons/clock-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import { useNow } from "./clock";
import { exact } from "./format";

export type Age = "fresh" | "stale" | "stale_warning";

export const AGES: { age: Age; name: string; meaning: string; Icon: typeof ClockIcon }[] = [
  { age: "fresh", name: "Fresh", meaning: "reports as expected", Icon: CheckCircleIcon },
  { age: "stale", name: "Stale", meaning: "has missed its reports", Icon: ClockIcon },
  {
    age: "stale_warning",
    name: "Silent",
    meaning: "silent for long; will be removed",
    Icon: ExclamationTriangleIcon,
  },
];

export interface Ageing {
  stale_timestamp: string;
  stale_warning_timestamp: string;
  culled_timestamp: string;
}

export function ageOf(host: Ageing, now: number): Age {
  if (now < Date.parse(host.stale_timestamp)) return "fresh";
  return now < Date.parse(host.stale_warning_timestamp) ? "stale" : "stale_warning";
}

/** Whether a host still reports: colour, icon and word. */
export function Staleness({ host }: { host: Ageing }) {
  const age = ageOf(host, useNow());
  const next = {
    fresh: `stale from ${exact(host.stale_timestamp)}`,
    stale: `silent from ${exact(host.stale_warning_timestamp)}`,
    stale_warning: `removed on ${exact(host.culled_timestamp)}`,
  }[age];
  return <AgeMark age={age} title={next} />;
}

export function AgeMark({ age, title }: { age: Age; title?: string }) {
  const { name, meaning, Icon } = AGES.find(each => each.age === age) ?? (AGES[0] as (typeof AGES)[number]);
  return (
    <span className={`pl-age pl-age--${age}`} title={`${meaning}${title ? ` · ${title}` : ""}`}>
      <Icon aria-hidden />
      {name}
    </span>
  );
}
