import { FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { overview } from "../../../api/fleet";
import { NAMES, type Single } from "../../../api/search";
import { counted } from "../../../parts/format";
import { useSettled } from "../../../parts/hooks";
import { localTime, wireTime } from "../../../parts/localtime";
import { Picker } from "../../../parts/Picker";
import { toggled } from "../../../parts/toggled";
import { FactFilter } from "./FactFilter";
import type { FilterProps } from "./Toolbar";
import { NAMES_OF, PROVIDERS, REGISTRATIONS, SYSTEM_TYPES } from "./vocabulary";

/** The filters that stand in this panel. */
export const MORE = [
  "display_name",
  "fqdn",
  "insights_id",
  "subscription_manager_id",
  "provider_type",
  "provider_id",
  "os",
  "os_release",
  "os_kernel_version",
  "last_check_in_start",
  "last_check_in_end",
  "updated_start",
  "updated_end",
  "registered_with",
  "system_type",
  "where",
] as const;

export function More({ search, change }: FilterProps) {
  return (
    <div className="pl-more" id="more-filters">
      {(["display_name", "fqdn", "insights_id", "subscription_manager_id"] as const).map(name => (
        <TextField key={name} name={name} search={search} change={change} />
      ))}
      <Field title={NAMES_OF.provider_type}>
        {id => (
          <FormSelect
            id={id}
            value={search.provider_type ?? ""}
            onChange={(_, value) => change({ provider_type: value || undefined })}
          >
            <FormSelectOption value="" label="any" />
            {PROVIDERS.map(name => (
              <FormSelectOption key={name} value={name} label={name} />
            ))}
          </FormSelect>
        )}
      </Field>
      <TextField name="provider_id" search={search} change={change} />
      <TextField name="os_release" search={search} change={change} hint="9.* takes any" />
      <TextField name="os_kernel_version" search={search} change={change} hint="5.14.* takes any" />
      {(["last_check_in_start", "last_check_in_end", "updated_start", "updated_end"] as const).map(name => (
        <Field key={name} title={NAMES_OF[name]}>
          {id => (
            <input
              id={id}
              className="pl-datetime"
              type="datetime-local"
              value={localTime(search[name])}
              onChange={event => change({ [name]: wireTime(event.target.value) })}
            />
          )}
        </Field>
      ))}
      <FactFilter search={search} change={change} />
      <div className="pl-more__menus">
        <Picker
          title="Reporter"
          choices={REGISTRATIONS}
          chosen={search.registered_with ?? []}
          toggle={value => change({ registered_with: toggled(search.registered_with, value) })}
        />
        <SystemPicker search={search} change={change} />
        <Picker
          title="Type"
          choices={SYSTEM_TYPES.map(value => ({ value, name: value }))}
          chosen={search.system_type ?? []}
          toggle={value => change({ system_type: toggled(search.system_type, value) })}
        />
      </div>
    </div>
  );
}

/** The operating systems that there are. */
function SystemPicker({ search, change }: FilterProps) {
  const fleet = useQuery(overview);
  const named = (fleet.data?.operating_systems ?? []).filter(os => os.name && os.version !== "");
  return (
    <Picker
      title="System"
      choices={named.map(({ name, version, hosts }) => ({
        value: `${name} ${version}`,
        name: `${name} ${version}`,
        note: counted(hosts, "host"),
      }))}
      chosen={search.os ?? []}
      toggle={value => change({ os: toggled(search.os, value) })}
      isLoading={fleet.isLoading}
      none="No host tells its system"
    />
  );
}

function Field({ title, children }: { title: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="pl-field">
      <label htmlFor={id}>{title}</label>
      {children(id)}
    </div>
  );
}

/** Asked for when the keys rest. Of the names only one can be asked for: it takes the place of the others. */
function TextField({ name, search, change, hint }: FilterProps & { name: Single; hint?: string }) {
  const asked = search[name] ?? "";
  const [text, setText] = useState(asked);
  const settled = useSettled(text.trim(), 350);
  const latest = useRef({ asked, change });
  latest.current = { asked, change };
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    const { asked, change } = latest.current;
    if (settled === asked) return;
    const isName = (NAMES as readonly string[]).includes(name);
    const others = isName && settled ? Object.fromEntries(NAMES.map(other => [other, undefined])) : {};
    change({ ...others, [name]: settled || undefined });
  }, [settled, name]);
  return (
    <Field title={NAMES_OF[name]}>
      {id => (
        <TextInput
          id={id}
          value={text}
          placeholder={hint}
          onChange={(_, value) => setText(value.trimStart())}
          spellCheck={false}
        />
      )}
    </Field>
  );
}
