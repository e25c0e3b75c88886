import { Button } from "@patternfly/react-core";
import TimesIcon from "@patternfly/react-icons/dist/esm/icons/times-icon";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Action, ActionDialog } from "../../actions";
import { counted } from "../../parts/format";
import { MOST } from "../compare/search";
import type { Selection } from "./selection";

/** What can be done to the chosen hosts; it stands over the list while some are. */
export function BulkBar({ selection }: { selection: Selection }) {
  const navigate = useNavigate();
  const [action, setAction] = useState<Action>();
  const hosts = [...selection.chosen.values()];
  if (hosts.length === 0) return null;
  return (
    <>
      <section className="pl-bulk" aria-label="Chosen hosts">
        <span className="pl-bulk__count pl-num">{counted(hosts.length, "host")} chosen</span>
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
