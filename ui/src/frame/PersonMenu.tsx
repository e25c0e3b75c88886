import { Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import UserIcon from "@patternfly/react-icons/dist/esm/icons/user-icon";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { logOut, type Person } from "../api/session";
import { notify } from "../parts/notices";

/** Who is logged in, and how they log out. */
export default function PersonMenu({ person }: { person: Person }) {
  const [open, setOpen] = useState(false);
  const out = useMutation({
    mutationFn: logOut,
    // The whole page is left: nothing of it is for whoever comes next.
    onSuccess: ({ continue_at }) => window.location.assign(continue_at ?? "/login?problem=out"),
    onError: error => notify({ kind: "danger", text: `You are still logged in: ${error.message}` }),
  });
  const says = [
    person.provider.name,
    person.organisation ?? "no organisation",
    person.is_admin && "administrator",
  ];
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      popperProps={{ position: "right", preventOverflow: true }}
      toggle={ref => (
        <MenuToggle
          ref={ref}
          variant="plainText"
          className="pl-person"
          icon={<UserIcon />}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          aria-label={`Logged in as ${person.name}`}
        >
          <span className="pl-person__name">{person.name}</span>
        </MenuToggle>
      )}
    >
      <div className="pl-person__who">
        {person.email ?? person.name}
        <div className="pl-subtle">{says.filter(Boolean).join(" · ")}</div>
      </div>
      <DropdownList>
        <DropdownItem isDisabled={out.isPending} onClick={() => out.mutate()}>
          Log out
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
