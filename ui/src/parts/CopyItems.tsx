import { DropdownItem } from "@patternfly/react-core";
import { curl } from "../api/curl";
import { copied } from "./copied";

/** An item of a menu: the request behind what is shown, for a shell. */
export const CopyCurl = ({ path }: { path: string }) => (
  <DropdownItem onClick={() => void copied(curl(path), "The curl command is copied")}>
    Copy as curl
  </DropdownItem>
);

/** An item of a menu: the address of the page as it is. */
export const CopyAddress = () => (
  <DropdownItem onClick={() => void copied(window.location.href, "The address is copied")}>
    Copy this address
  </DropdownItem>
);
