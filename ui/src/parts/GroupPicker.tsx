import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { groupSearch } from "../api/queries";
import { counted } from "./format";
import { useSettled } from "./hooks";
import { Picker } from "./Picker";
import { visible } from "./visible";

interface GroupPickerProps {
  chosen: readonly string[];
  toggle: (name: string) => void;
  /** Whether those without a group can be chosen too: by the empty name. */
  withNone?: boolean;
}

/** Groups by name. What is chosen stands first and stays, whatever is looked for. */
export function GroupPicker({ chosen, toggle, withNone = false }: GroupPickerProps) {
  const [text, setText] = useState("");
  const groups = useQuery(groupSearch({ name: useSettled(text, 150), per_page: 30 }));
  const found = (groups.data?.results ?? [])
    .filter(group => !group.ungrouped)
    .map(group => ({
      value: group.name,
      name: visible(group.name),
      note: counted(group.host_count, "host"),
    }));
  const others = chosen.filter(value => value !== "" && !found.some(each => each.value === value));
  return (
    <Picker
      title="Group"
      choices={[
        ...(withNone ? [{ value: "", name: "No group" }] : []),
        ...others.map(value => ({ value, name: visible(value) })),
        // Two groups may be called the same.
        ...found.filter((each, at) => found.findIndex(other => other.value === each.value) === at),
      ]}
      chosen={chosen}
      toggle={toggle}
      find={{ text, set: setText, placeholder: "Find a group" }}
      isLoading={groups.isLoading}
      none={text === "" ? "There is no group yet" : undefined}
    />
  );
}
