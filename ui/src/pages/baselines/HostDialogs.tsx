import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { nameOf } from "../../actions/names";
import { useAct } from "../../actions/useAct";
import { addHosts, type Baseline, removeHosts } from "../../api/baselines";
import type { Host } from "../../api/types";
import { counted } from "../../parts/format";
import { HostChoices } from "../../parts/HostChoices";

interface AddProps {
  baseline: Baseline;
  /** The hosts that it is for already. */
  present: readonly string[];
  close: () => void;
}

/** Finds hosts by name and makes the baseline for them, too. */
export function AddHostsToBaseline({ baseline, present, close }: AddProps) {
  const [chosen, setChosen] = useState<readonly Host[]>([]);
  const act = useAct({ close }, `${baseline.display_name} is for ${nameOf(chosen)}, too`);
  const ids = chosen.map(host => host.id);
  return (
    <Frame
      title={`Hosts for ${baseline.display_name}`}
      verb={chosen.length === 0 ? "Add" : `Add ${nameOf(chosen)}`}
      isDisabled={chosen.length === 0}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => addHosts(baseline.id, ids))}
    >
      <HostChoices
        chosen={ids}
        toggle={host =>
          setChosen(ids.includes(host.id) ? chosen.filter(each => each.id !== host.id) : [...chosen, host])
        }
        locked={{ ids: present, why: "it is for this host already" }}
      />
    </Frame>
  );
}

interface RemoveProps {
  baseline: Baseline;
  ids: readonly string[];
  close: () => void;
  done: () => void;
}

export function RemoveHosts({ baseline, ids, close, done }: RemoveProps) {
  const many = counted(ids.length, "host");
  const act = useAct({ close, done }, `${baseline.display_name} is not for ${many} any more`);
  return (
    <Frame
      title={`Take ${many} out of ${baseline.display_name}?`}
      verb="Take out"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => removeHosts(baseline.id, ids))}
    >
      <p>Their drift from it will not be told any more. The hosts stay.</p>
    </Frame>
  );
}
