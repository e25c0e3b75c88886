import { FormGroup, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { acknowledge, type Regression } from "../../api/regressions";

/** Says why what was found is no news any more. */
export function AcknowledgeDialog({ found, close }: { found: Regression; close: () => void }) {
  const [reason, setReason] = useState("");
  const act = useAct({ close }, "It is acknowledged");
  return (
    <Frame
      title="Acknowledge it?"
      verb="Acknowledge"
      isDisabled={reason.trim() === ""}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => acknowledge(found.id, reason))}
    >
      <FormGroup label="Why" fieldId="acknowledge-reason" isRequired>
        <TextInput
          id="acknowledge-reason"
          value={reason}
          maxLength={250}
          onChange={(_, text) => setReason(text)}
          isRequired
        />
      </FormGroup>
    </Frame>
  );
}
