import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { labelValues } from "../../../api/metrics";
import { groupSearch, hostPage } from "../../../api/queries";
import { Picker } from "../../../parts/Picker";

interface VariablesProps {
  names: readonly string[];
  chosen: ReadonlyMap<string, readonly string[]>;
  change: (name: string, values: readonly string[]) => void;
}

/** A menu for each variable of the charts; nothing chosen is everything. */
export function Variables({ names, chosen, change }: VariablesProps) {
  return names.map(name => (
    <Variable
      key={name}
      name={name}
      chosen={chosen.get(name) ?? []}
      change={values => change(name, values)}
    />
  ));
}

interface VariableProps {
  name: string;
  chosen: readonly string[];
  change: (values: readonly string[]) => void;
}

function Variable({ name, chosen, change }: VariableProps) {
  const [find, setFind] = useState("");
  const values = useQuery({ ...labelValues(name), enabled: name !== "group" });
  const groups = useQuery({ ...groupSearch({ name: find, per_page: 50 }), enabled: name === "group" });
  const all = name === "group" ? (groups.data?.results.map(group => group.name) ?? []) : (values.data ?? []);
  const matching = all.filter(value => value.toLowerCase().includes(find.toLowerCase())).slice(0, 100);
  const shown = [...new Set([...chosen, ...matching])];
  return (
    <Picker
      title={`${name}${chosen.length === 1 ? `: ${chosen[0]}` : ""}`}
      choices={shown.map(value => ({ value, name: value }))}
      chosen={chosen}
      toggle={value =>
        change(chosen.includes(value) ? chosen.filter(each => each !== value) : [...chosen, value])
      }
      find={{ text: find, set: setFind, placeholder: `Find a value of ${name}` }}
      isLoading={values.isFetching || groups.isFetching}
      none={`No series has the label ${name}`}
    />
  );
}

/** `$group` as the names of its hosts: what the labels of series have. */
export function useFilledGroups(
  names: readonly string[],
  chosen: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> | undefined {
  const groups = names.includes("group") ? (chosen.get("group") ?? []) : [];
  const hosts = useQuery({ ...hostPage({ group_name: [...groups] }, 1, 100), enabled: groups.length > 0 });
  if (groups.length === 0) return chosen;
  if (!hosts.data) return undefined;
  const known = hosts.data.results.flatMap(host => [host.display_name, host.fqdn ?? host.display_name]);
  // A group without hosts is nothing, and not everything.
  return new Map([...chosen, ["group", known.length > 0 ? [...new Set(known)] : ["no host in this group"]]]);
}
