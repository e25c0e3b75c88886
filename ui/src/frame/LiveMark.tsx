import { useQuery } from "@tanstack/react-query";
import { LOGGING_IN, session } from "../api/session";
import { useNow } from "../parts/clock";
import { relative } from "../parts/format";
import { useLive } from "./live";

const WORDS = {
  connecting: { name: "Connecting", meaning: "looking for the stream of changes" },
  live: { name: "Live", meaning: "new reports show by themselves" },
  waiting: { name: "Offline", meaning: "the stream of changes is interrupted; trying again" },
  paused: { name: "Paused", meaning: "the page was hidden; it goes on when you are back" },
} as const;

/** Whether this page follows the fleet: dot, word, and on hover since when. Nothing for whom there is nothing to follow. */
export function LiveMark() {
  const { connection, changedAt } = useLive();
  const now = useNow();
  const { data } = useQuery(session);
  const { name, meaning } = WORDS[connection];
  const last =
    changedAt === undefined
      ? "no change since this page was opened"
      : `last change ${relative(changedAt, Math.max(now, changedAt))}`;
  if (LOGGING_IN && !data?.person) return null;
  return (
    <output className={`pl-live pl-live--${connection}`} title={`${meaning} · ${last}`} aria-live="off">
      <span className="pl-live__dot" aria-hidden />
      <span className="pl-live__word">{name}</span>
    </output>
  );
}
