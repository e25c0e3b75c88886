import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { type Baseline, patchBaseline } from "../../api/baselines";
import { counted } from "../../parts/format";
import { type FactRow, removing } from "./facts";

interface RemoveFactsProps {
  baseline: Baseline;
  rows: readonly FactRow[];
  close: () => void;
}

export function RemoveFacts({ baseline, rows, close }: RemoveFactsProps) {
  const [facts] = useState(baseline.baseline_facts ?? []);
  const [first] = rows;
  const name = rows.length === 1 && first ? first.name : counted(rows.length, "row");
  const inside = rows.reduce((sum, row) => sum + (row.size ?? 0), 0);
  const act = useAct({ close }, `Deleted ${name} from ${baseline.display_name}`);
  return (
    <Frame
      title={`Delete ${name}?`}
      verb="Delete"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() =>
        act.mutate(() =>
          patchBaseline(baseline.id, {
            display_name: baseline.display_name,
            facts_patch: removing(facts, rows),
          }),
        )
      }
    >
      <p>
        {inside > 0
          ? `With a category its facts are deleted: ${counted(inside, "fact")}.`
          : `${baseline.display_name} will not say any more what ${rows.length === 1 ? "it" : "they"} should be.`}
      </p>
    </Frame>
  );
}
