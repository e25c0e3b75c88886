import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { useAct } from "../../../actions/useAct";
import { addHosts } from "../../../api/baselines";
import type { Host } from "../../../api/types";
import { BaselineChoices } from "../../../parts/BaselineChoices";

interface AssociateProps {
  host: Host;
  /** The baselines that are for it already. */
  known: readonly string[];
  close: () => void;
}

/** Makes a baseline for a host, too. */
export function Associate({ host, known, close }: AssociateProps) {
  const [id, setId] = useState<string>();
  const act = useAct({ close }, `The baseline is for ${host.display_name} now`);
  return (
    <Frame
      title={`A baseline for ${host.display_name}`}
      verb="Choose"
      isDisabled={!id || known.includes(id)}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => id && act.mutate(() => addHosts(id, [host.id]))}
    >
      <BaselineChoices chosen={id ? [id] : []} toggle={setId} isSingle />
      {id && known.includes(id) && <p className="pl-subtle">It is for this host already.</p>}
    </Frame>
  );
}
