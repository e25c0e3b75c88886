import { Dropdown, DropdownList, MenuToggle, type MenuToggleProps } from "@patternfly/react-core";
import EllipsisVIcon from "@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon";
import { type ReactNode, useState } from "react";

interface MenuProps {
  label: string;
  /** The items; they are there only while the menu is open. */
  children: ReactNode;
}

/** A menu behind three dots. */
export const MoreMenu = ({ label, children }: MenuProps) => (
  <Menu toggle={{ variant: "plain", "aria-label": label, icon: <EllipsisVIcon /> }} position="right">
    {children}
  </Menu>
);

/** A menu behind a button with a word. */
export const TextMenu = ({ label, children }: MenuProps) => (
  <Menu toggle={{ children: label }} position="start">
    {children}
  </Menu>
);

interface ToggledMenu {
  toggle: Pick<MenuToggleProps, "variant" | "aria-label" | "icon" | "children">;
  position: "start" | "right";
  children: ReactNode;
}

function Menu({ toggle, position, children }: ToggledMenu) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position, preventOverflow: true }}
      toggle={ref => (
        <MenuToggle ref={ref} size="sm" isExpanded={open} onClick={() => setOpen(!open)} {...toggle} />
      )}
    >
      <DropdownList>{children}</DropdownList>
    </Dropdown>
  );
}
