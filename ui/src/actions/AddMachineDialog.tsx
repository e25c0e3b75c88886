import {
  Alert,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  TextInput,
} from "@patternfly/react-core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { createToken } from "../api/tokens";
import { Command } from "../parts/Command";
import { Frame } from "./Frame";
import { commandFor, isLoopback, readUses } from "./machine";

const HOUR = 3_600;
const LASTS = [
  { seconds: HOUR, name: "1 hour" },
  { seconds: 24 * HOUR, name: "1 day" },
  { seconds: 7 * 24 * HOUR, name: "1 week" },
  { seconds: 30 * 24 * HOUR, name: "30 days" },
];

/** Makes a token and shows, this once, the command to paste on the other machine. */
export default function AddMachineDialog({ close }: { close: () => void }) {
  const [uses, setUses] = useState("1");
  const [seconds, setSeconds] = useState(24 * HOUR);
  const wanted = readUses(uses);
  const made = useMutation({ mutationFn: () => createToken(wanted ?? 1, seconds) });
  const token = made.data;
  const to = token?.to ?? window.location.origin;
  return (
    <Frame
      title="Add a machine"
      verb={token ? "Done" : "Make the command"}
      isDisabled={wanted === undefined}
      isBusy={made.isPending}
      error={made.error}
      close={close}
      act={token ? close : () => made.mutate()}
    >
      {token ? (
        <>
          <p>
            Run this on the other machine, where the program <code>plumbline</code> is. It reports at once;
            with <code>--every 15m</code> it goes on.
          </p>
          <Command text={commandFor(to, token.secret)} />
          {!token.to && isLoopback(window.location.hostname) && (
            <Alert
              isInline
              variant="warning"
              title="Only this machine reaches the address in it"
              component="h2"
            >
              Start the server with <code>plumbline up --agents ADDRESS:PORT</code> and a certificate, and put
              that address into the command.
            </Alert>
          )}
          <p>
            The token in it is not shown again. Who has it can add machines, and change none that is here.
          </p>
        </>
      ) : (
        <>
          <FormGroup label="How many machines" fieldId="uses" isRequired>
            <TextInput
              id="uses"
              type="number"
              min={1}
              max={100_000}
              value={uses}
              onChange={(_, value) => setUses(value)}
              validated={wanted === undefined ? "error" : "default"}
              autoFocus
              isRequired
            />
            <FormHelperText>
              <HelperText>
                <HelperTextItem>They all use the same command.</HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
          <FormGroup label="The command works for" fieldId="lasts">
            <FormSelect id="lasts" value={String(seconds)} onChange={(_, value) => setSeconds(Number(value))}>
              {LASTS.map(each => (
                <FormSelectOption key={each.seconds} value={String(each.seconds)} label={each.name} />
              ))}
            </FormSelect>
          </FormGroup>
        </>
      )}
    </Frame>
  );
}
