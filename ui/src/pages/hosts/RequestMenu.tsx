import { Divider, DropdownItem } from "@patternfly/react-core";
import { lazy, Suspense, useState } from "react";
import type { HostSearch } from "../../api/search";
import { CopyAddress, CopyCurl } from "../../parts/CopyItems";
import { download } from "../../parts/download";
import { loaded } from "../../parts/loaded";
import { MoreMenu } from "../../parts/menus";
import { CollectingBar } from "./CollectingBar";
import { hostsCsv } from "./everyone";
import { useEveryone } from "./useEveryone";

const StalenessDialog = lazy(() => loaded(() => import("./StalenessDialog")));

/** The whole list as a file, the request behind what is shown, and when hosts count as silent. */
export function RequestMenu({ path, search }: { path: string; search: HostSearch }) {
  const { progress, collect, stop } = useEveryone(search, "The list is not saved");
  const [isSetting, setSetting] = useState(false);
  const save = () => collect(hosts => download("hosts.csv", hostsCsv(hosts, Date.now()), "text/csv"));
  return (
    <>
      <MoreMenu label="More of this list">
        <DropdownItem onClick={() => void save()}>Save as CSV</DropdownItem>
        <CopyCurl path={path} />
        <CopyAddress />
        <DropdownItem to={path} target="_blank">
          Open as JSON
        </DropdownItem>
        <Divider component="li" />
        <DropdownItem onClick={() => setSetting(true)}>When hosts are stale…</DropdownItem>
      </MoreMenu>
      {progress && <CollectingBar what="Saving" progress={progress} stop={stop} />}
      {isSetting && (
        <Suspense fallback={null}>
          <StalenessDialog close={() => setSetting(false)} />
        </Suspense>
      )}
    </>
  );
}
