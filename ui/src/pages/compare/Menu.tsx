import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import EllipsisVIcon from "@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon";
import { useState } from "react";
import { curl } from "../../api/curl";
import { copied } from "../../parts/copied";
import { download } from "../../parts/download";
import { asCsv, asJson, fileName } from "./export";
import type { Column, Fact } from "./report";

interface MenuProps {
  /** What is shown, in its order. */
  facts: readonly Fact[];
  columns: readonly Column[];
  reference: string;
  path: string;
  again: () => void;
  startOver: () => void;
}

/** What can be done with a comparison as a whole. */
export function Menu({ facts, columns, reference, path, again, startOver }: MenuProps) {
  const [open, setOpen] = useState(false);
  const csv = () => download(fileName("csv", new Date()), asCsv(facts, columns, reference), "text/csv");
  const json = () =>
    download(fileName("json", new Date()), asJson(facts, columns, reference), "application/json");
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "right" }}
      toggle={ref => (
        <MenuToggle
          ref={ref}
          variant="plain"
          size="sm"
          aria-label="More of this comparison"
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={<EllipsisVIcon />}
        />
      )}
    >
      <DropdownList>
        <DropdownItem onClick={csv}>Download what is shown as CSV</DropdownItem>
        <DropdownItem onClick={json}>Download what is shown as JSON</DropdownItem>
        <Divider component="li" />
        <DropdownItem onClick={() => void copied(window.location.href, "The address is copied")}>
          Copy this address
        </DropdownItem>
        <DropdownItem onClick={() => void copied(curl(path), "The curl command is copied")}>
          Copy as curl
        </DropdownItem>
        <DropdownItem onClick={again}>Compare anew</DropdownItem>
        <DropdownItem onClick={startOver}>Start over</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
