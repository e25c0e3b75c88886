import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import EllipsisVIcon from "@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon";
import { useState } from "react";
import { curl } from "../../api/curl";
import { copied } from "../../parts/copied";

/** The request behind what is shown: for a shell, or to look at. */
export function RequestMenu({ path }: { path: string }) {
  const [open, setOpen] = useState(false);
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
          aria-label="The request behind this list"
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={<EllipsisVIcon />}
        />
      )}
    >
      <DropdownList>
        <DropdownItem onClick={() => void copied(curl(path), "The curl command is copied")}>
          Copy as curl
        </DropdownItem>
        <DropdownItem onClick={() => void copied(window.location.href, "The address is copied")}>
          Copy this address
        </DropdownItem>
        <DropdownItem to={path} target="_blank">
          Open as JSON
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
