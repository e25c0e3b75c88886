import { Button, Divider, DropdownItem, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import type { HostSearch } from "../../api/search";
import { TextMenu } from "../../parts/menus";
import { visible } from "../../parts/visible";
import { forget, keep, searchOf, useViews } from "./views";

interface ViewsProps {
  search: HostSearch;
  go: (search: HostSearch) => void;
}

/** Lists that somebody keeps: filters, order and columns under a name. */
export function Views({ search, go }: ViewsProps) {
  const views = useViews();
  const [doing, setDoing] = useState<"keep" | "forget">();
  const [name, setName] = useState("");
  const wanted = name.trim();
  return (
    <>
      <TextMenu label="Views">
        {views.map(view => (
          <DropdownItem key={view.name} onClick={() => go(searchOf(view))}>
            {visible(view.name)}
          </DropdownItem>
        ))}
        {views.length > 0 && <Divider component="li" />}
        <DropdownItem onClick={() => setDoing("keep")}>Keep this view…</DropdownItem>
        {views.length > 0 && <DropdownItem onClick={() => setDoing("forget")}>Forget views…</DropdownItem>}
      </TextMenu>
      {doing === "keep" && (
        <Frame
          title="Keep this view"
          verb="Keep"
          isDisabled={wanted === ""}
          isBusy={false}
          error={null}
          close={() => setDoing(undefined)}
          act={() => {
            keep(wanted, search);
            setName("");
            setDoing(undefined);
          }}
        >
          <label htmlFor="view-name">Name</label>
          <TextInput
            id="view-name"
            value={name}
            onChange={(_, text) => setName(text)}
            maxLength={60}
            autoFocus
          />
          <p className="pl-subtle">Filters, order and columns are kept in this browser.</p>
        </Frame>
      )}
      {doing === "forget" && (
        <Frame
          title="Forget views"
          verb="Done"
          isBusy={false}
          error={null}
          close={() => setDoing(undefined)}
          act={() => setDoing(undefined)}
        >
          <ul className="pl-names">
            {views.map(view => (
              <li key={view.name}>
                {visible(view.name)}{" "}
                <Button variant="link" isInline isDanger onClick={() => forget(view.name)}>
                  Forget {visible(view.name)}
                </Button>
              </li>
            ))}
          </ul>
        </Frame>
      )}
    </>
  );
}
