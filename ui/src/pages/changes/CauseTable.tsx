import type { CauseKey, ChangesByCause, Window } from "../../api/changes";
import { sectionName } from "../../parts/changes";
import { count, counted } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { CauseHosts } from "./CauseHosts";
import { CauseText } from "./CauseText";
import { Sparkline } from "./Sparkline";
import { causeId } from "./search";

interface CauseTableProps {
  answer: ChangesByCause;
  /** The cause that is open, by its `causeId`. */
  chosen: string | undefined;
  choose: (cause: string | undefined) => void;
  /** What stands for the window in the cache, and the window as of now. */
  asked: unknown;
  window: () => Window;
}

const keyOf = ({ section, key, before = null, after = null }: CauseKey): CauseKey => ({
  section,
  key,
  before,
  after,
});

/** What happened, on most hosts first. A row opens to its hosts. */
export function CauseTable({ answer, chosen, choose, asked, window }: CauseTableProps) {
  const most = Math.max(1, ...answer.causes.flatMap(cause => cause.bins));
  return (
    <ol className="pl-causes" aria-label="What changed">
      {answer.causes.map(cause => {
        const id = causeId(cause);
        const isOpen = id === chosen;
        return (
          <li key={id} className={isOpen ? "pl-causes__open" : ""}>
            <button type="button" aria-expanded={isOpen} onClick={() => choose(isOpen ? undefined : id)}>
              <CauseText cause={cause} />
              <span className="pl-causes__section">{sectionName(cause.section)}</span>
              <Sparkline bins={cause.bins} most={most} />
              <span className="pl-causes__hosts">
                <strong className="pl-num">{count(cause.hosts)}</strong>{" "}
                {cause.hosts === 1 ? "host" : "hosts"}
                <span className="pl-causes__share" style={{ inlineSize: share(cause.hosts, answer.hosts) }} />
              </span>
              <span className="pl-causes__last">
                <RelativeTime at={cause.last} />
              </span>
            </button>
            {isOpen && <CauseHosts asked={asked} window={window} cause={keyOf(cause)} />}
          </li>
        );
      })}
      {answer.total > answer.causes.length && (
        <li className="pl-subtle pl-causes__rest">
          {counted(answer.total - answer.causes.length, "other cause")} on fewer hosts; narrow the list to see
          them
        </li>
      )}
    </ol>
  );
}

const share = (hosts: number, all: number) => `${all > 0 ? Math.max(1, (hosts / all) * 100) : 0}%`;
