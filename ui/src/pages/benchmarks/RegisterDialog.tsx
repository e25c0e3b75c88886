import { Checkbox } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { BENCHMARKS, register } from "../../api/benchmarks";
import { notify } from "../../parts/notices";
import { Terms } from "./Terms";

/** The terms, and the consent without which nobody is registered. */
export function RegisterDialog({ close }: { close: () => void }) {
  const client = useQueryClient();
  const [accepted, setAccepted] = useState(false);
  const send = useMutation({
    mutationFn: register,
    onSuccess: () => {
      notify({ kind: "success", text: "You are registered" });
      close();
    },
    onSettled: () => client.invalidateQueries({ queryKey: [BENCHMARKS, "caller"] }),
  });
  return (
    <Frame
      title="Register"
      verb="Register"
      isDisabled={!accepted}
      isBusy={send.isPending}
      error={send.error}
      close={close}
      act={() => send.mutate()}
    >
      <Terms />
      <Checkbox
        id="terms-accepted"
        label="I accept these terms"
        isChecked={accepted}
        onChange={(_, checked) => setAccepted(checked)}
      />
    </Frame>
  );
}
