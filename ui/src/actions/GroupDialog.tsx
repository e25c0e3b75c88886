import { Radio, SearchInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { createGroup, leaveGroups, moveToGroup } from "../api/mutations";
import { groupSearch } from "../api/queries";
import { counted } from "../parts/format";
import { useSettled } from "../parts/hooks";
import { visible } from "../parts/visible";
import type { ActionProps } from ".";
import { Frame } from "./Frame";
import { nameOf } from "./names";
import { useAct } from "./useAct";

type Choice = { to: "group"; id: string; name: string } | { to: "new"; name: string } | { to: "none" };

/** Moves hosts into a group, into a new one, or out of theirs. */
export function GroupDialog(props: ActionProps) {
  const { hosts, close } = props;
  const [text, setText] = useState("");
  const [choice, setChoice] = useState<Choice>();
  const name = text.trim();
  const groups = useQuery(groupSearch({ name: useSettled(name, 150), per_page: 12, order_by: "name" }));
  const found = (groups.data?.results ?? []).filter(group => !group.ungrouped);
  const grouped = hosts.filter(host => host.groups[0] && !host.groups[0].ungrouped);
  const said =
    choice?.to === "none" ? `${nameOf(hosts)} left the group` : `${nameOf(hosts)} → ${choice?.name ?? ""}`;
  const act = useAct(props, said);
  const ids = hosts.map(host => host.id);
  const work = async () => {
    if (choice?.to === "group") await moveToGroup(choice.id, ids);
    if (choice?.to === "new") await moveToGroup((await createGroup(choice.name)).id, ids);
    if (choice?.to === "none") await leaveGroups(grouped.map(host => host.id));
  };
  const isNew = name !== "" && !found.some(group => group.name.toLowerCase() === name.toLowerCase());
  const current = (id: string) => hosts.every(host => host.groups[0]?.id === id);
  return (
    <Frame
      title={`Group of ${nameOf(hosts)}`}
      verb={choice?.to === "none" ? "Take out" : choice?.to === "new" ? "Create and move" : "Move"}
      isDisabled={!choice}
      isBusy={act.isPending}
      error={act.error ?? groups.error}
      close={close}
      act={() => act.mutate(work)}
    >
      <SearchInput
        value={text}
        placeholder="Find a group, or name a new one"
        aria-label="Find a group, or name a new one"
        onChange={(_, value) => {
          setText(value);
          setChoice(undefined);
        }}
        onClear={() => setText("")}
      />
      <div className="pl-choices" role="radiogroup" aria-label="Groups" aria-busy={groups.isFetching}>
        {found.map(group => (
          <Radio
            key={group.id}
            id={group.id}
            name="group"
            label={visible(group.name)}
            description={counted(group.host_count, "host") + (current(group.id) ? " · is there now" : "")}
            isDisabled={current(group.id)}
            isChecked={choice?.to === "group" && choice.id === group.id}
            onChange={() => setChoice({ to: "group", id: group.id, name: group.name })}
          />
        ))}
        {isNew && (
          <Radio
            id="new-group"
            name="group"
            label={`New group “${name}”`}
            isChecked={choice?.to === "new"}
            onChange={() => setChoice({ to: "new", name })}
          />
        )}
        {grouped.length > 0 && (
          <Radio
            id="no-group"
            name="group"
            label="No group"
            description={`takes ${nameOf(grouped)} out`}
            isChecked={choice?.to === "none"}
            onChange={() => setChoice({ to: "none" })}
          />
        )}
        {found.length === 0 && !isNew && grouped.length === 0 && !groups.isLoading && (
          <p className="pl-subtle">There is no group yet. Type a name to make one.</p>
        )}
      </div>
      <p className="pl-subtle">A host is in one group at most; it leaves the one it was in.</p>
    </Frame>
  );
}
