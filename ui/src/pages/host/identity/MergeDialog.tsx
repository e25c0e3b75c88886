import { useState } from "react";
import { mergeHosts } from "../../../api/identity";
import { HostChoices } from "../../../parts/HostChoices";
import { visible } from "../../../parts/visible";
import { ChangeDialog } from "./ChangeDialog";

interface MergeDialogProps {
  id: string;
  name: string;
  close: () => void;
}

/** Another host that is the same machine: it goes, and this one takes what it lacks. */
export function MergeDialog({ id, name, close }: MergeDialogProps) {
  const [other, setOther] = useState<{ id: string; display_name: string }>();
  return (
    <ChangeDialog
      title={`Which host is ${visible(name)} too?`}
      verb={other ? `Merge ${visible(other.display_name)} into ${visible(name)}` : "Merge"}
      said="Merged"
      name={["merge", id, other?.id]}
      change={other && mergeHosts(id, other.id)}
      close={close}
    >
      <p>The host that you choose goes, and {visible(name)} takes what it lacks from it.</p>
      <HostChoices
        isSingle
        chosen={other ? [other.id] : []}
        toggle={setOther}
        locked={{ ids: [id], why: "this host" }}
      />
    </ChangeDialog>
  );
}
