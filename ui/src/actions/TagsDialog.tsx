import { Button, Label, LabelGroup } from "@patternfly/react-core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import { chunks } from "../api/client";
import { changeTags } from "../api/mutations";
import { tagSearch, tagsOf } from "../api/queries";
import { parseTag, sameTag, tagText } from "../api/tags";
import type { Tag } from "../api/types";
import { counted } from "../parts/format";
import { useSettled } from "../parts/hooks";
import { visible } from "../parts/visible";
import type { ActionProps } from ".";
import { Frame } from "./Frame";
import { nameOf } from "./names";
import { useAct } from "./useAct";

/** How many of the hosts have each tag, those of most first. */
export function tally(byHost: readonly (readonly Tag[])[]): { tag: Tag; hosts: number }[] {
  const counts = new Map<string, { tag: Tag; hosts: number }>();
  for (const tags of byHost) {
    for (const tag of tags) {
      const before = counts.get(tagText(tag));
      counts.set(tagText(tag), { tag, hosts: (before?.hosts ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort(
    (a, b) => b.hosts - a.hosts || tagText(a.tag).localeCompare(tagText(b.tag)),
  );
}

/** Adds tags to hosts and takes them off; nothing happens before the button is pressed. */
export function TagsDialog(props: ActionProps) {
  const { hosts, close } = props;
  const [add, setAdd] = useState<Tag[]>([]);
  const [remove, setRemove] = useState<Tag[]>([]);
  const ids = hosts.map(host => host.id);
  const [opened] = useState(() => Date.now());
  const pages = useQueries({ queries: chunks(ids, 50).map(run => tagsOf(run, opened)) });
  const now = tally(pages.flatMap(page => Object.values(page.data ?? {})));
  const words = [add.length > 0 && `${add.length} added`, remove.length > 0 && `${remove.length} taken off`];
  const act = useAct(props, `Tags of ${nameOf(hosts)}: ${words.filter(Boolean).join(", ")}`);
  const isRemoved = (tag: Tag) => remove.some(other => sameTag(other, tag));
  return (
    <Frame
      title={`Tags of ${nameOf(hosts)}`}
      verb="Save"
      isDisabled={add.length + remove.length === 0}
      isBusy={act.isPending}
      error={act.error ?? pages.find(page => page.error)?.error ?? null}
      close={close}
      act={() => act.mutate(() => changeTags(ids, { add, remove }))}
    >
      <TagField
        add={tag => {
          setRemove(remove.filter(other => !sameTag(other, tag)));
          if (!add.some(other => sameTag(other, tag))) setAdd([...add, tag]);
        }}
      />
      <LabelGroup numLabels={60} aria-label="Tags" className="pl-labels">
        {add.map(tag => (
          <Label
            key={tagText(tag)}
            isCompact
            color="green"
            onClose={() => setAdd(add.filter(other => other !== tag))}
            closeBtnAriaLabel={`Do not add ${tagText(tag)}`}
          >
            + {visible(tagText(tag))}
          </Label>
        ))}
        {now.map(({ tag, hosts: having }) => (
          <Label
            key={tagText(tag)}
            isCompact
            variant="outline"
            className={isRemoved(tag) ? "pl-label--removed" : ""}
            onClose={() =>
              setRemove(isRemoved(tag) ? remove.filter(other => !sameTag(other, tag)) : [...remove, tag])
            }
            closeBtnAriaLabel={`${isRemoved(tag) ? "Keep" : "Take off"} ${tagText(tag)}`}
          >
            {visible(tagText(tag))}
            {hosts.length > 1 && <span className="pl-subtle"> {having}</span>}
          </Label>
        ))}
      </LabelGroup>
      {now.length + add.length === 0 && pages.every(page => page.isSuccess) && (
        <p className="pl-subtle">{hosts.length === 1 ? "It has no tag yet." : "None has a tag yet."}</p>
      )}
      {hosts.length > 1 && now.length > 0 && (
        <p className="pl-subtle">
          The numbers say how many of the {counted(hosts.length, "host")} have a tag.
        </p>
      )}
    </Frame>
  );
}

function TagField({ add }: { add: (tag: Tag) => void }) {
  const [text, setText] = useState("");
  const id = useId();
  const known = useQuery(tagSearch(useSettled(text.trim(), 150), 12));
  const tag = parseTag(text);
  const take = () => {
    if (!tag) return;
    add(tag);
    setText("");
  };
  const press = (event: KeyboardEvent) => {
    // Enter takes the tag; once more, with nothing written, it saves.
    if (event.key !== "Enter" || text.trim() === "") return;
    event.preventDefault();
    take();
  };
  return (
    <div className="pl-tagfield">
      <label htmlFor={id}>Add a tag</label>
      <span className="pl-tagfield__row">
        <input
          id={id}
          // biome-ignore lint/a11y/noAutofocus: the dialog is there to be typed into
          autoFocus
          list={`${id}-known`}
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={press}
          placeholder="namespace/key=value, or just a key"
          maxLength={767}
          spellCheck={false}
          autoComplete="off"
        />
        <datalist id={`${id}-known`}>
          {known.data?.results.map(({ tag: one }) => (
            <option key={tagText(one)} value={tagText(one)} />
          ))}
        </datalist>
        <Button variant="secondary" onClick={take} isDisabled={!tag}>
          Add
        </Button>
      </span>
    </div>
  );
}
