import { Alert, Button } from "@patternfly/react-core";
import { useState } from "react";
import { useAct } from "../../../actions/useAct";
import { type Collision, settleCollision, splitHost } from "../../../api/identity";
import { exact } from "../../../parts/format";
import { visible } from "../../../parts/visible";
import { ChangeDialog } from "./ChangeDialog";
import { told } from "./words";

/** Two machines claim the host: which, and what can be done. */
export function Claimed({ id, collision }: { id: string; collision: Collision }) {
  const [leaving, setLeaving] = useState<Collision["machines"][number]>();
  const settle = useAct({ failed: "The collision stays" }, "It is one machine");
  return (
    <Alert
      isInline
      variant="warning"
      component="h2"
      title={`Two machines claim this host: ${collision.conflict.join(", ")} came and went`}
      actionLinks={
        <Button
          variant="link"
          isInline
          isDisabled={settle.isPending}
          onClick={() => settle.mutate(() => settleCollision(id))}
        >
          It is one machine
        </Button>
      }
    >
      <ul className="pl-claimants">
        {collision.machines.map(machine => (
          <li key={machine.seq}>
            <span>
              {told(machine.hardware)}, last seen in turn {exact(machine.last_seen)}
            </span>{" "}
            <Button variant="link" isInline onClick={() => setLeaving(machine)}>
              Make it a host of its own
            </Button>
          </li>
        ))}
      </ul>
      {leaving && (
        <ChangeDialog
          title={`Split ${visible(collision.display_name)}`}
          verb="Split"
          said="Two hosts from now on"
          name={["split", id, leaving.seq]}
          change={splitHost(id, leaving.seq)}
          close={() => setLeaving(undefined)}
        >
          <p>The machine {told(leaving.hardware)} becomes a host of its own.</p>
        </ChangeDialog>
      )}
    </Alert>
  );
}
