import { DropdownItem } from "@patternfly/react-core";
import { curl } from "../../api/curl";
import { copied } from "../../parts/copied";
import { MoreMenu } from "../../parts/MoreMenu";

/** The request behind what is shown: for a shell, or to look at. */
export function RequestMenu({ path }: { path: string }) {
  return (
    <MoreMenu label="The request behind this list">
      <DropdownItem onClick={() => void copied(curl(path), "The curl command is copied")}>
        Copy as curl
      </DropdownItem>
      <DropdownItem onClick={() => void copied(window.location.href, "The address is copied")}>
        Copy this address
      </DropdownItem>
      <DropdownItem to={path} target="_blank">
        Open as JSON
      </DropdownItem>
    </MoreMenu>
  );
}
