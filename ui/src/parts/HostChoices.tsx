import { Checkbox, Radio, SearchInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { hostPage } from "../api/queries";
import type { Host } from "../api/types";
import { Failure } from "./Failure";
import { useSettled } from "./hooks";
import { osName } from "./os";
import { visible } from "./visible";

interface HostChoicesProps {
  chosen: readonly string[];
  toggle: (host: Host) => void;
  /** One of them at most. */
  isSingle?: boolean;
  /** Those that cannot be chosen, and why. */
  locked?: { ids: readonly string[]; why: string };
  /** What stands below a host. */
  below?: (host: Host) => ReactNode;
}

/** Hosts found by name or id, to choose from. */
export function HostChoices({ chosen, toggle, isSingle, locked, below }: HostChoicesProps) {
  const [text, setText] = useState("");
  const id = useId();
  const name = useSettled(text.trim(), 150);
  const found = useQuery(
    hostPage(
      { ...(name ? { hostname_or_id: name } : {}), order_by: "display_name", order_how: "ASC" },
      1,
      30,
    ),
  );
  const hosts = found.data?.results ?? [];
  const Choice = isSingle ? Radio : Checkbox;
  return (
    <>
      <SearchInput
        value={text}
        placeholder="Name or id"
        aria-label="Find hosts by name or id"
        onChange={(_, value) => setText(value)}
        onClear={() => setText("")}
      />
      {found.error && <Failure error={found.error} what="The hosts cannot be shown" />}
      <div className="pl-choices" aria-busy={found.isFetching}>
        {hosts.map(host => {
          const isLocked = locked?.ids.includes(host.id) ?? false;
          return (
            <div key={host.id}>
              <Choice
                id={`${id}-${host.id}`}
                name={`${id}-host`}
                label={visible(host.display_name)}
                description={isLocked ? locked?.why : osName(host.system_profile) || undefined}
                isChecked={(isLocked && !isSingle) || chosen.includes(host.id)}
                isDisabled={isLocked}
                onChange={() => toggle(host)}
              />
              {below?.(host)}
            </div>
          );
        })}
        {found.data && hosts.length === 0 && (
          <p className="pl-subtle">{name ? `No host is called “${name}”.` : "No host has reported yet."}</p>
        )}
        {(found.data?.total ?? 0) > hosts.length && (
          <p className="pl-subtle">and more: type a part of the name</p>
        )}
      </div>
    </>
  );
}
