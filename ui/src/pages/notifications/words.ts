import type { Channel } from "../../api/notifications";

/** What channels are told, in words. */
export const EVENTS: readonly { event: string; name: string; about: string }[] = [
  { event: "alert", name: "Alerts", about: "one fires, or fires no more" },
  {
    event: "cause",
    name: "Causes of drift",
    about: "why hosts are no longer as a baseline says; once for each",
  },
  { event: "drift", name: "Drift of each report", about: "a host reported and is not as its baselines say" },
];

/** The name of an event; those that no channel chooses are as the API has them. */
export const eventName = (event: string) =>
  EVENTS.find(each => each.event === event)?.name ?? { mail: "E-mail", test: "Test" }[event] ?? event;

export const KINDS: Record<string, string> = { webhook: "Webhook", email: "E-mail", kafka: "Kafka" };

/** How it goes with a channel: the last attempt failed, something waits, or neither. */
export const standingOf = ({ failures, waiting }: Channel): "failing" | "waiting" | "well" =>
  failures > 0 ? "failing" : waiting > 0 ? "waiting" : "well";
