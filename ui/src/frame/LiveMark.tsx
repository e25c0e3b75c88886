import { useNow } from "../parts/clock";
import { relative } from "../parts/format";
import { useIsLetIn } from "./Guard";
import { useLive } from "./live";

const WORDS = {
  connecting: { name: "Connecting", meaning: "looking for the stream of changes" },
  live: { name: "Live", meaning: "new reports show by themselves" },
  waiting: { name: "Offline", meaning: "the stream of changes is interrupted; trying again" },
  refused: { name: "Not live", meaning: "you may not follow changes of hosts; pages show what they ask for" },
  paused: { name: "Paused", meaning: "the page was hidden; it goes on when you are back" },
} as const;

/** Whether this page follows the fleet: dot, word, and on hover since when. Nothing for whom there is nothing to follow. */
export function LiveMark() {
  const { connection, changedAt } = useLive();
  const now = useNow();
  const isLetIn = useIsLetIn();
  const { name, meaning } = WORDS[connection];
  const last =
    changedAt === undefined
      ? "no change since this page was opened"
      : `last change ${relative(changedAt, Math.max(now, changedAt))}`;
  if (!isLetIn) return null;
  return (
    <output className={`pl-live pl-live--${connection}`} title={`${meaning} · ${last}`} aria-live="off">
      <span className="pl-live__dot" aria-hidden />
      <span className="pl-live__word">{name}</span>
    </output>
  );
}
