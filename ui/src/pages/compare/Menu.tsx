import { Divider, DropdownItem } from "@patternfly/react-core";
import { curl } from "../../api/curl";
import { copied } from "../../parts/copied";
import { download } from "../../parts/download";
import { MoreMenu } from "../../parts/MoreMenu";
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
  const csv = () => download(fileName("csv", new Date()), asCsv(facts, columns, reference), "text/csv");
  const json = () =>
    download(fileName("json", new Date()), asJson(facts, columns, reference), "application/json");
  return (
    <MoreMenu label="More of this comparison">
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
    </MoreMenu>
  );
}
