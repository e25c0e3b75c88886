import { DropdownItem } from "@patternfly/react-core";
import { curl } from "../../api/curl";
import type { HostSearch } from "../../api/search";
import { copied } from "../../parts/copied";
import { download } from "../../parts/download";
import { MoreMenu } from "../../parts/MoreMenu";

import { notify } from "../../parts/notices";
import { everyone, hostsCsv } from "./everyone";

/** The whole list as a file, and the request behind what is shown: for a shell, or to look at. */
export function RequestMenu({ path, search }: { path: string; search: HostSearch }) {
  const save = async () => {
    try {
      download("hosts.csv", hostsCsv(await everyone(search), Date.now()), "text/csv");
    } catch (error) {
      notify({ kind: "danger", text: `The list is not saved: ${(error as Error).message}` });
    }
  };
  return (
    <MoreMenu label="The request behind this list">
      <DropdownItem onClick={() => void save()}>Save as CSV</DropdownItem>
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
