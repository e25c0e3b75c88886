import { Switch } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { type Baseline, patchBaseline } from "../../api/baselines";
import { KEYS } from "../../api/queries";
import { notify } from "../../parts/notices";

/** Whether drift from a baseline is told. A refusal turns it back, and says of which baseline. */
export function Notifications({ baseline, label }: { baseline: Baseline; label?: boolean }) {
  const client = useQueryClient();
  const id = useId();
  const { display_name, notifications_enabled } = baseline;
  const turn = useMutation({
    mutationFn: (wanted: boolean) =>
      patchBaseline(baseline.id, { display_name, notifications_enabled: wanted }),
    onError: error =>
      notify({
        kind: "danger",
        text: `Notifications of ${display_name} stay as they were: ${error.message}`,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.baselines] }),
  });
  const shown = turn.isPending ? turn.variables : notifications_enabled;
  return (
    <Switch
      id={id}
      label={label ? `Notifications are ${shown ? "enabled" : "disabled"}` : undefined}
      aria-label={`Notifications of ${display_name}`}
      isChecked={shown}
      isDisabled={turn.isPending}
      onChange={(_, wanted) => turn.mutate(wanted)}
    />
  );
}
