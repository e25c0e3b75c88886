import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { renameHost } from "../api/mutations";
import { visible } from "../parts/visible";
import type { ActionProps } from ".";
import { Frame } from "./Frame";
import { useAct } from "./useAct";

const LONGEST = 200;

export function RenameDialog(props: ActionProps) {
  const host = props.hosts[0];
  const [name, setName] = useState(host?.display_name ?? "");
  const wanted = name.trim();
  const act = useAct(props, `Renamed to ${wanted}`);
  if (!host) return null;
  return (
    <Frame
      title={`Rename ${visible(host.display_name)}`}
      verb="Rename"
      isDisabled={wanted === "" || wanted === host.display_name}
      isBusy={act.isPending}
      error={act.error}
      close={props.close}
      act={() => act.mutate(() => renameHost(host.id, { display_name: wanted }))}
    >
      <FormGroup label="Display name" fieldId="new-name" isRequired>
        <TextInput
          id="new-name"
          value={name}
          onChange={(_, value) => setName(value)}
          maxLength={LONGEST}
          autoFocus
          isRequired
          spellCheck={false}
        />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>
              What people see. The machine keeps its own name, and later reports keep this one.
            </HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
    </Frame>
  );
}
