import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type IdentityChange, identityChanges, undoIdentityChange } from "../../../api/identity";
import { exact } from "../../../parts/format";
import { visible } from "../../../parts/visible";
import { ChangeDialog } from "./ChangeDialog";

/** The merges and splits of a host, for those who may see them; nothing when there were none. */
export function Decided({ id }: { id: string }) {
  const [undoing, setUndoing] = useState<IdentityChange>();
  const { data } = useQuery({ ...identityChanges(id), retry: false });
  if (!data || data.changes.length === 0) return null;
  return (
    <section aria-labelledby="decided" className="pl-decided">
      <h2 id="decided">Merges and splits</h2>
      <ul>
        {data.changes.map(change => {
          const other = change.kept === id ? change.other : change.kept;
          return (
            <li key={change.id}>
              {change.kind === "merge" ? "Merged with " : "Split from "}
              <Link to="/hosts/$id" params={{ id: other }}>
                {other}
              </Link>{" "}
              by {visible(change.made_by)}, {exact(change.made)}{" "}
              {change.undone ? (
                <span className="pl-subtle">undone</span>
              ) : (
                <Button variant="link" isInline onClick={() => setUndoing(change)}>
                  Undo
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {undoing && (
        <ChangeDialog
          title={`Undo the ${undoing.kind}`}
          verb="Undo"
          said="Both are what they were before"
          name={["undo", undoing.id]}
          change={undoIdentityChange(undoing.id)}
          close={() => setUndoing(undefined)}
        />
      )}
    </section>
  );
}
