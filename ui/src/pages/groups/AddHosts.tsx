import { Checkbox, SearchInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { nameOf } from "../../actions/names";
import { useAct } from "../../actions/useAct";
import { moveToGroup } from "../../api/mutations";
import { hostPage } from "../../api/queries";
import type { Group, Host } from "../../api/types";
import { useSettled } from "../../parts/hooks";

/** Finds hosts by name and moves them into the group. */
export function AddHosts({ group, close }: { group: Group; close: () => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<readonly Host[]>([]);
  const name = useSettled(text.trim(), 150);
  const found = useQuery(
    hostPage(
      { ...(name ? { hostname_or_id: name } : {}), order_by: "display_name", order_how: "ASC" },
      1,
      30,
    ),
  );
  const act = useAct({ close }, `${nameOf(chosen)} → ${group.name}`);
  const isChosen = (host: Host) => chosen.some(other => other.id === host.id);
  const others = chosen.filter(host => !found.data?.results.some(other => other.id === host.id));
  const rows = [...others, ...(found.data?.results ?? [])].filter(host => host.groups[0]?.id !== group.id);
  return (
    <Frame
      title={`Add hosts to ${group.name}`}
      verb={chosen.length === 0 ? "Add" : `Add ${nameOf(chosen)}`}
      isDisabled={chosen.length === 0}
      isBusy={act.isPending}
      error={act.error ?? found.error}
      close={close}
      act={() =>
        act.mutate(() =>
          moveToGroup(
            group.id,
            chosen.map(host => host.id),
          ),
        )
      }
    >
      <SearchInput
        value={text}
        placeholder="Name or id"
        aria-label="Find hosts by name or id"
        onChange={(_, value) => setText(value)}
        onClear={() => setText("")}
      />
      <div className="pl-choices" aria-busy={found.isFetching}>
        {rows.map(host => (
          <Checkbox
            key={host.id}
            id={`add-${host.id}`}
            label={host.display_name}
            description={
              host.groups[0] && !host.groups[0].ungrouped ? `leaves ${host.groups[0].name}` : undefined
            }
            isChecked={isChosen(host)}
            onChange={() =>
              setChosen(isChosen(host) ? chosen.filter(other => other.id !== host.id) : [...chosen, host])
            }
          />
        ))}
        {rows.length === 0 && !found.isFetching && <p className="pl-subtle">No other host is called so.</p>}
      </div>
    </Frame>
  );
}
