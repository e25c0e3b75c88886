import { DropdownItem } from "@patternfly/react-core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { pastStatesOf } from "../../api/history";
import type { Host } from "../../api/types";
import { exact } from "../../parts/format";
import { TextMenu } from "../../parts/menus";
import { notify } from "../../parts/notices";
import { type Addition, MOST } from "../compare/search";
import { comparedOf } from "../compare/who";

/** The host beside others, beside a baseline, or beside what it was. */
export function CompareMenu({ host }: { host: Pick<Host, "id" | "groups"> }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const group = host.groups[0];
  const beside = (add: Addition | undefined, hsp_ids?: string[]) =>
    void navigate({ to: "/compare", search: { system_ids: [host.id], hsp_ids, add } });
  /** The host is the reference; of a large group the first ones by name stand beside it. */
  const besideGroup = async (group: { id: string; name: string }) => {
    try {
      const others = (await comparedOf(client, group)).filter(other => other.id !== host.id);
      if (others.length >= MOST)
        notify({
          kind: "info",
          text: `${group.name} is larger than a page: its first ${MOST - 1} stand beside it`,
        });
      const system_ids = [host.id, ...others.slice(0, MOST - 1).map(other => other.id)];
      await navigate({ to: "/compare", search: { system_ids, reference_id: host.id } });
    } catch (error) {
      notify({ kind: "danger", text: `The group cannot be compared: ${(error as Error).message}` });
    }
  };
  return (
    <TextMenu label="Compare">
      <DropdownItem onClick={() => beside("hosts")}>With other hosts</DropdownItem>
      {group && !group.ungrouped && (
        <DropdownItem onClick={() => void besideGroup(group)}>With its group</DropdownItem>
      )}
      <DropdownItem onClick={() => beside("baselines")}>With a baseline</DropdownItem>
      <StateBefore of={host.id} compare={state => beside(undefined, [state])} />
    </TextMenu>
  );
}

/** Asked for when the menu is opened. */
function StateBefore({ of, compare }: { of: string; compare: (state: string) => void }) {
  const past = useQuery(pastStatesOf(of));
  const last = past.data?.[0];
  return (
    <DropdownItem
      isDisabled={!last}
      description={last ? exact(last.captured_date) : past.isLoading ? "Looking…" : "There is none"}
      onClick={() => last && compare(last.id)}
    >
      With the state before this one
    </DropdownItem>
  );
}
