import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { HostChoices } from "./HostChoices";
import { PastStateChoices } from "./PastStateChoices";
import { visible } from "./visible";

interface PastHostChoicesProps {
  chosen: readonly string[];
  toggle: (id: string, name: string) => void;
  /** Another host is looked for: what was chosen of the one before may go. */
  leave?: () => void;
  /** One state at most. */
  isSingle?: boolean;
}

/** Past states of any host: whose past it is comes first, then which moment. */
export function PastHostChoices({ chosen, toggle, leave, isSingle }: PastHostChoicesProps) {
  const [host, setHost] = useState<{ id: string; display_name: string }>();
  if (!host) return <HostChoices chosen={[]} toggle={setHost} isSingle />;
  const another = () => {
    setHost(undefined);
    leave?.();
  };
  return (
    <>
      <p>
        <b>{visible(host.display_name)}</b>{" "}
        <Button variant="link" isInline onClick={another}>
          Another host
        </Button>
      </p>
      <div className="pl-choices">
        <PastStateChoices
          host={host.id}
          chosen={chosen}
          toggle={(id, at) => toggle(id, `${host.display_name}, ${at}`)}
          isSingle={isSingle}
        />
      </div>
    </>
  );
}
