import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { groupSearch } from "../../api/queries";
import { counted } from "../../parts/format";
import { useSettled } from "../../parts/hooks";
import { Picker } from "../../parts/Picker";

interface GroupPickerProps {
  chosen: readonly string[];
  toggle: (name: string) => void;
}

/** Groups by name. */
export function GroupPicker({ chosen, toggle }: GroupPickerProps) {
  const [text, setText] = useState("");
  const groups = useQuery(groupSearch({ name: useSettled(text, 150), per_page: 30 }));
  const found = (groups.data?.results ?? [])
    .filter(group => !group.ungrouped)
    .map(group => ({ value: group.name, name: group.name, note: counted(group.host_count, "host") }));
  const others = chosen.filter(value => !found.some(each => each.value === value));
  return (
    <Picker
      title="Group"
      choices={[...others.map(value => ({ value, name: value })), ...found]}
      chosen={chosen}
      toggle={toggle}
      find={{ text, set: setText, placeholder: "Find a group" }}
      isLoading={groups.isLoading}
      none={text === "" ? "There is no group yet" : undefined}
    />
  );
}
