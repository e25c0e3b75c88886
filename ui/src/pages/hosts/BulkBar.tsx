import { Button } from "@patternfly/react-core";
import TimesIcon from "@patternfly/react-icons/dist/esm/icons/times-icon";
import { useNavigate } from "@tanstack/react-router";
import { type Action, ActionDialog } from "../../actions";
import { count, counted } from "../../parts/format";
import { MOST } from "../compare/search";
import type { Named, Selection } from "./selection";

interface BulkBarProps {
  selection: Selection;
  action: Action | undefined;
  setAction: (action: Action | undefined) => void;
  /** The rows that are in sight, and how many match on all pages. */
  shown: readonly Named[];
  total: number;
  /** Chooses all that match. */
  chooseAll: () => void;
}

/** What can be done to the chosen hosts; it stands over the list while some are. */
export function BulkBar({ selection, action, setAction, shown, total, chooseAll }: BulkBarProps) {
  const navigate = useNavigate();
  const hosts = [...selection.chosen.values()];
  if (hosts.length === 0) return null;
  const inSight = new Set(shown.map(host => host.id));
  const outOfSight = hosts.filter(host => !inSight.has(host.id)).length;
  const areAllShown = shown.length > 0 && shown.every(host => selection.chosen.has(host.id));
  return (
    <>
      <section className="pl-bulk" aria-label="Chosen hosts">
        <span className="pl-bulk__count pl-num">{counted(hosts.length, "host")} chosen</span>
        {outOfSight > 0 && <span className="pl-subtle pl-num">{count(outOfSight)} out of sight</span>}
        {areAllShown && total > hosts.length && (
          <Button variant="link" size="sm" isInline onClick={chooseAll}>
            All {count(total)} that match
          </Button>
        )}
        {hosts.length === 1 && (
          <Button variant="secondary" size="sm" onClick={() => setAction("rename")}>
            Rename
          </Button>
        )}
        <Button variant="secondary" size="sm" onClick={() => setAction("tags")}>
          Tags
        </Button>
        <Button variant="secondary" size="sm" onClick={() => setAction("group")}>
          Group
        </Button>
        <Button
          variant="secondary"
          size="sm"
          isDisabled={hosts.length > MOST}
          title={hosts.length > MOST ? `${MOST} at most are compared on a page` : undefined}
          onClick={() =>
            void navigate({ to: "/compare", search: { system_ids: hosts.map(host => host.id) } })
          }
        >
          Compare
        </Button>
        <Button variant="secondary" isDanger size="sm" onClick={() => setAction("delete")}>
          Delete
        </Button>
        <Button
          variant="plain"
          size="sm"
          icon={<TimesIcon />}
          aria-label="Choose none"
          onClick={selection.clear}
        />
      </section>
      <ActionDialog action={action} hosts={hosts} close={() => setAction(undefined)} done={selection.clear} />
    </>
  );
}
