import { Button } from "@patternfly/react-core";
import { count } from "../../parts/format";
import type { Collecting } from "./useEveryone";

interface CollectingBarProps {
  what: string;
  progress: Collecting;
  stop: () => void;
}

/** How far something is that takes all hosts of a list. */
export function CollectingBar({ what, progress: { found, total }, stop }: CollectingBarProps) {
  return (
    <div className="pl-collecting" role="status">
      <span>
        {what}{" "}
        <span className="pl-num">
          {count(found)}
          {total > 0 && ` of ${count(total)}`}
        </span>
      </span>
      <progress value={total > 0 ? found : undefined} max={total || undefined} aria-label={what} />
      <Button variant="link" size="sm" isInline onClick={stop}>
        Stop
      </Button>
    </div>
  );
}
