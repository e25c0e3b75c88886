import { Badge, Button, SearchInput } from "@patternfly/react-core";
import FilterIcon from "@patternfly/react-icons/dist/esm/icons/filter-icon";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { tagSearch } from "../../../api/queries";
import type { HostSearch } from "../../../api/search";
import { filterText, tagFilter, tagText } from "../../../api/tags";
import { counted } from "../../../parts/format";
import { GroupPicker } from "../../../parts/GroupPicker";
import { useSettled } from "../../../parts/hooks";
import { Picker } from "../../../parts/Picker";
import { QuestionBox } from "../../../parts/QuestionBox";
import { AGES } from "../../../parts/staleness";
import { toggled } from "../../../parts/toggled";
import { MORE, More } from "./More";

export interface FilterProps {
  search: HostSearch;
  change: (change: Partial<HostSearch>) => void;
}

/** The filters asked for most, and a button for the others. */
export function Toolbar({
  search,
  change,
  inGroup,
  children,
}: FilterProps & { inGroup: boolean; children: ReactNode }) {
  const more = MORE.filter(name => search[name] !== undefined).length;
  const [open, setOpen] = useState(more > 0);
  return (
    <>
      <div className="pl-toolbar" role="search" aria-label="Filter hosts">
        <NameField search={search} change={change} />
        <Picker
          title="State"
          choices={AGES.map(({ age, name, meaning }) => ({ value: age, name, note: meaning }))}
          chosen={search.staleness ?? []}
          toggle={value => change({ staleness: toggled(search.staleness, value) })}
        />
        <TagPicker search={search} change={change} />
        {!inGroup && (
          <GroupPicker
            chosen={search.group_name ?? []}
            toggle={value => change({ group_name: toggled(search.group_name, value), group_id: undefined })}
            withNone
          />
        )}
        <Button
          variant="plain"
          size="sm"
          icon={<FilterIcon />}
          className="pl-toolbar__more"
          aria-expanded={open}
          aria-controls="more-filters"
          onClick={() => setOpen(!open)}
        >
          More <span className="pl-toolbar__word">filters</span> {more > 0 && <Badge>{more}</Badge>}
        </Button>
        <span className="pl-toolbar__end">{children}</span>
      </div>
      <QuestionBox asked={search.q ?? ""} ask={q => change({ q })} />
      {open && <More search={search} change={change} />}
    </>
  );
}

/** Follows the keys with a short delay, and the address when that changes otherwise. */
function NameField({ search, change }: FilterProps) {
  const asked = search.hostname_or_id ?? "";
  const [text, setText] = useState(asked);
  const settled = useSettled(text, 250);
  const latest = useRef({ asked, change });
  latest.current = { asked, change };
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    const { asked, change } = latest.current;
    if (settled === asked) return;
    change({
      hostname_or_id: settled || undefined,
      ...(settled ? { display_name: undefined, fqdn: undefined, insights_id: undefined } : {}),
    });
  }, [settled]);
  return (
    <span className="pl-toolbar__name">
      <SearchInput
        value={text}
        placeholder="Name or id"
        aria-label="Filter by name or id"
        onChange={(_, value) => setText(value)}
        onClear={() => setText("")}
      />
    </span>
  );
}

function TagPicker({ search, change }: FilterProps) {
  const [text, setText] = useState("");
  const tags = useQuery(tagSearch(useSettled(text, 150), 30));
  const chosen = search.tags ?? [];
  const found = (tags.data?.results ?? []).map(({ tag, count }) => ({
    value: tagFilter(tag),
    name: tagText(tag),
    note: counted(count, "host"),
  }));
  // What is chosen stands first and stays, whatever is looked for.
  const others = chosen.filter(value => !found.some(each => each.value === value));
  return (
    <Picker
      title="Tags"
      choices={[...others.map(value => ({ value, name: filterText(value) })), ...found]}
      chosen={chosen}
      toggle={value => change({ tags: toggled(search.tags, value) })}
      find={{ text, set: setText, placeholder: "Find a tag" }}
      isLoading={tags.isLoading}
      none={text === "" ? "No host has a tag yet" : undefined}
    />
  );
}
