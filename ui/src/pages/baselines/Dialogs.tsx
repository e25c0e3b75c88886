import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { type Baseline, deleteBaselines, patchBaseline } from "../../api/baselines";
import { count, counted } from "../../parts/format";
import { BaselineName } from "./BaselineName";
import { fieldOf } from "./facts";

interface DialogProps {
  close: () => void;
  /** Called after it was done. */
  done?: () => void;
}

export function RenameBaseline({ baseline, close }: DialogProps & { baseline: Baseline }) {
  const [name, setName] = useState(baseline.display_name);
  const act = useAct({ close }, `Renamed to ${name}`);
  const wrong = act.error && fieldOf(act.error.message) === "name" ? act.error.message : undefined;
  return (
    <Frame
      title={`Rename ${baseline.display_name}`}
      verb="Rename"
      isDisabled={name === "" || name === baseline.display_name}
      isBusy={act.isPending}
      error={wrong ? null : act.error}
      close={close}
      act={() => act.mutate(() => patchBaseline(baseline.id, { display_name: name }))}
    >
      <BaselineName name={name} set={setName} wrong={wrong} />
    </Frame>
  );
}

const NAMED = 8;

export function DeleteBaselines({
  baselines,
  close,
  done,
}: DialogProps & { baselines: readonly Baseline[] }) {
  const [first] = baselines;
  const name = baselines.length === 1 && first ? first.display_name : counted(baselines.length, "baseline");
  const hosts = baselines.reduce((sum, each) => sum + (each.mapped_system_count ?? 0), 0);
  const act = useAct({ close, done }, `Deleted ${name}`);
  return (
    <Frame
      title={`Delete ${name}?`}
      verb="Delete"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => deleteBaselines(baselines.map(each => each.id)))}
    >
      {baselines.length > 1 && (
        <ul className="pl-names">
          {baselines.slice(0, NAMED).map(each => (
            <li key={each.id}>{each.display_name}</li>
          ))}
          {baselines.length > NAMED && (
            <li className="pl-subtle">and {count(baselines.length - NAMED)} more</li>
          )}
        </ul>
      )}
      <p>
        Deleting a baseline is permanent and cannot be undone.
        {hosts > 0 &&
          ` The ${counted(hosts, "host")} that it is for will not be told of drift from it any more.`}
      </p>
    </Frame>
  );
}
