import { Divider, DropdownItem } from "@patternfly/react-core";
import { CopyAddress, CopyCurl } from "../../parts/CopyItems";
import { download } from "../../parts/download";
import { MoreMenu } from "../../parts/menus";
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
      <CopyAddress />
      <CopyCurl path={path} />
      <DropdownItem onClick={again}>Compare anew</DropdownItem>
      <DropdownItem onClick={startOver}>Start over</DropdownItem>
    </MoreMenu>
  );
}
