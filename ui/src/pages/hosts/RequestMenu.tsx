import { DropdownItem } from "@patternfly/react-core";
import type { HostSearch } from "../../api/search";
import { CopyAddress, CopyCurl } from "../../parts/CopyItems";
import { download } from "../../parts/download";
import { MoreMenu } from "../../parts/menus";
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
      <CopyCurl path={path} />
      <CopyAddress />
      <DropdownItem to={path} target="_blank">
        Open as JSON
      </DropdownItem>
    </MoreMenu>
  );
}
