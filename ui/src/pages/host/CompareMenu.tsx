import { DropdownItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { pastStatesOf } from "../../api/history";
import type { Host } from "../../api/types";
import { exact } from "../../parts/format";
import { TextMenu } from "../../parts/menus";
import type { Addition } from "../compare/search";

/** The host beside others, beside a baseline, or beside what it was. */
export function CompareMenu({ host }: { host: Pick<Host, "id"> }) {
  const navigate = useNavigate();
  const beside = (add: Addition | undefined, hsp_ids?: string[]) =>
    void navigate({ to: "/compare", search: { system_ids: [host.id], hsp_ids, add } });
  return (
    <TextMenu label="Compare">
      <DropdownItem onClick={() => beside("hosts")}>With other hosts</DropdownItem>
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
