import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { pastStatesOf } from "../../api/history";
import type { Host } from "../../api/types";
import { exact } from "../../parts/format";
import type { Addition } from "../compare/search";

/** The host beside others, beside a baseline, or beside what it was. */
export function CompareMenu({ host }: { host: Pick<Host, "id"> }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const past = useQuery({ ...pastStatesOf(host.id), enabled: open });
  const last = past.data?.[0];
  const beside = (add: Addition | undefined, hsp_ids?: string[]) =>
    void navigate({ to: "/compare", search: { system_ids: [host.id], hsp_ids, add } });
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={ref => (
        <MenuToggle ref={ref} size="sm" isExpanded={open} onClick={() => setOpen(!open)}>
          Compare
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem onClick={() => beside("hosts")}>With other hosts</DropdownItem>
        <DropdownItem onClick={() => beside("baselines")}>With a baseline</DropdownItem>
        <DropdownItem
          isDisabled={!last}
          description={last ? exact(last.captured_date) : past.isLoading ? "Looking…" : "There is none"}
          onClick={() => last && beside(undefined, [last.id])}
        >
          With the state before this one
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
