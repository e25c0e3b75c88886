import { Button } from "@patternfly/react-core";
import { type KeyboardEvent, useId, useState } from "react";
import { isWhere, OPERATORS, type Operator, whereText } from "../../../api/where";
import { label } from "../../../parts/labels";
import type { FilterProps } from "./Toolbar";

/** Facts that people ask for; any other member of the profile can be written. */
const FACTS = [
  ...["arch", "bios_vendor", "bios_version", "cloud_provider", "cores_per_socket", "cpu_model"],
  ...["host_type", "infrastructure_type", "infrastructure_vendor", "insights_client_version"],
  ...["is_marketplace", "last_boot_time", "number_of_cpus", "number_of_sockets", "os_kernel_version"],
  ...["os_release", "owner_id", "rhc_client_id", "selinux_config_file", "selinux_current_mode"],
  ...["system_memory_bytes", "systemd.failed", "systemd.failed_services", "systemd.state"],
  ...["tuned_profile", "virtual_host_uuid", "workloads.ansible.controller_version"],
  ...["workloads.mssql.version", "workloads.sap.sap_system", "workloads.sap.sids"],
];

/** Any fact of the profile, compared with a value. */
export function FactFilter({ search, change }: FilterProps) {
  const [path, setPath] = useState("");
  const [operator, setOperator] = useState<Operator>("=");
  const [value, setValue] = useState("");
  const id = useId();
  const text = whereText({ path: path.trim(), operator, value: value.trim() });
  const add = () => {
    if (!isWhere(text)) return;
    change({ where: [...new Set([...(search.where ?? []), text])] });
    setPath("");
    setValue("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  };
  return (
    <fieldset className="pl-factfilter" onKeyDown={press}>
      <legend>Any fact</legend>
      <input
        className="pl-select"
        list={`${id}-facts`}
        value={path}
        onChange={event => setPath(event.target.value)}
        placeholder="systemd.failed"
        aria-label="Fact"
        spellCheck={false}
        autoComplete="off"
      />
      <datalist id={`${id}-facts`}>
        {FACTS.map(fact => (
          <option key={fact} value={fact}>
            {label(fact)}
          </option>
        ))}
      </datalist>
      <select
        className="pl-select"
        value={operator}
        onChange={event => setOperator(event.target.value as Operator)}
        aria-label="How it is compared"
      >
        {Object.entries(OPERATORS).map(([each, { name }]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
      <input
        className="pl-select"
        value={value}
        onChange={event => setValue(event.target.value)}
        placeholder="1"
        aria-label="Value"
        title="nil asks for hosts that do not tell it, not_nil for those that do; * is any text where the fact is a version"
        spellCheck={false}
        autoComplete="off"
      />
      <Button variant="secondary" size="sm" isDisabled={!isWhere(text)} onClick={add}>
        Add
      </Button>
    </fieldset>
  );
}
