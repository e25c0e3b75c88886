import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { createGroup, deleteGroups, renameGroup } from "../../api/mutations";
import { groupSearch } from "../../api/queries";
import type { Group } from "../../api/types";
import { counted } from "../../parts/format";
import { useSettled } from "../../parts/hooks";

export type GroupAction = "create" | "rename" | "delete";

interface GroupDialogsProps {
  action: GroupAction;
  group?: Group;
  close: () => void;
  /** Called after it was done. */
  done?: () => void;
}

export function GroupDialogs(props: GroupDialogsProps) {
  if (props.action === "delete") return props.group ? <DeleteGroup {...props} group={props.group} /> : null;
  return <NameGroup {...props} />;
}

const LONGEST = 255;
/** What the inventory takes for a name. */
const NAME = /^[A-Za-z0-9 _-]+$/;

function NameGroup({ group, close, done }: GroupDialogsProps) {
  const [name, setName] = useState(group?.name ?? "");
  const wanted = name.trim();
  const settled = useSettled(wanted, 200);
  const others = useQuery({ ...groupSearch({ name: settled, per_page: 100 }), enabled: settled !== "" });
  const taken = others.data?.results.some(
    other => other.name.toLowerCase() === wanted.toLowerCase() && other.id !== group?.id,
  );
  const wrong = wanted !== "" && !NAME.test(wanted);
  const act = useAct({ close, done }, group ? `Renamed to ${wanted}` : `Made the group ${wanted}`);
  return (
    <Frame
      title={group ? `Rename ${group.name}` : "New group"}
      verb={group ? "Rename" : "Create"}
      isDisabled={wanted === "" || wrong || wanted === group?.name}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => (group ? renameGroup(group.id, wanted) : createGroup(wanted)))}
    >
      <FormGroup label="Name" fieldId="group-name" isRequired>
        <TextInput
          id="group-name"
          value={name}
          onChange={(_, value) => setName(value)}
          validated={wrong ? "error" : "default"}
          maxLength={LONGEST}
          autoFocus
          isRequired
          spellCheck={false}
        />
        <FormHelperText>
          <HelperText>
            <HelperTextItem variant={wrong ? "error" : "default"}>
              Letters, digits, blanks, - and _
            </HelperTextItem>
            {taken && (
              <HelperTextItem variant="warning" aria-live="polite">
                There is a group of this name already; two would look alike.
              </HelperTextItem>
            )}
          </HelperText>
        </FormHelperText>
      </FormGroup>
    </Frame>
  );
}

function DeleteGroup({ group, close, done }: GroupDialogsProps & { group: Group }) {
  const act = useAct({ close, done }, `Deleted the group ${group.name}`);
  return (
    <Frame
      title={`Delete ${group.name}?`}
      verb="Delete"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => deleteGroups([group.id]))}
    >
      <p>
        {group.host_count === 0
          ? "It has no hosts."
          : `Its ${counted(group.host_count, "host")} stay, without a group.`}
      </p>
    </Frame>
  );
}
