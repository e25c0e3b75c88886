import {
  Badge,
  MenuSearch,
  MenuSearchInput,
  MenuToggle,
  SearchInput,
  Select,
  SelectList,
  SelectOption,
} from "@patternfly/react-core";
import { type ReactNode, useState } from "react";

interface Choice {
  value: string;
  name: string;
  note?: string;
}

interface PickerProps {
  title: string;
  choices: readonly Choice[];
  chosen: readonly string[];
  toggle: (value: string) => void;
  /** With it the menu has a field; whoever gives it narrows the choices. */
  find?: { text: string; set: (text: string) => void; placeholder: string };
  isLoading?: boolean;
  none?: string;
  /** The number of those chosen says nothing here. */
  uncounted?: boolean;
  /** An icon in place of the title. */
  icon?: ReactNode;
  /** Called when the menu is first opened: whoever asks the API only then. */
  opened?: () => void;
}

/** A menu of which several can be chosen. */
export function Picker(props: PickerProps) {
  const { title, choices, chosen, toggle, find, isLoading, none, uncounted, icon, opened } = props;
  const [open, setOpen] = useState(false);
  const turn = () => {
    if (!open) opened?.();
    setOpen(!open);
  };
  return (
    <Select
      role="menu"
      isOpen={open}
      onOpenChange={setOpen}
      onOpenChangeKeys={["Escape", "Tab"]}
      selected={[...chosen]}
      onSelect={(_, value) => toggle(String(value))}
      shouldFocusFirstItemOnOpen={false}
      isScrollable
      popperProps={{ maxWidth: "min(420px, calc(100vw - 24px))", preventOverflow: true }}
      toggle={ref => (
        <MenuToggle
          ref={ref}
          size="sm"
          isExpanded={open}
          onClick={turn}
          badge={chosen.length > 0 && !uncounted && !icon ? <Badge>{chosen.length}</Badge> : undefined}
          {...(icon ? { variant: "plain" as const, icon, "aria-label": title, title } : {})}
        >
          {icon ? undefined : title}
        </MenuToggle>
      )}
    >
      {find && (
        <MenuSearch>
          <MenuSearchInput>
            <SearchInput
              value={find.text}
              onChange={(_, text) => find.set(text)}
              onClear={() => find.set("")}
              placeholder={find.placeholder}
              aria-label={find.placeholder}
            />
          </MenuSearchInput>
        </MenuSearch>
      )}
      <SelectList aria-busy={isLoading}>
        {choices.map(choice => (
          <SelectOption
            key={choice.value}
            value={choice.value}
            hasCheckbox
            isSelected={chosen.includes(choice.value)}
          >
            <span className="pl-choice">
              <span className="pl-choice__name">{choice.name}</span>
              {choice.note && <span className="pl-choice__note pl-num">{choice.note}</span>}
            </span>
          </SelectOption>
        ))}
        {choices.length === 0 && (
          <SelectOption isDisabled value="">
            {isLoading ? "Looking…" : (none ?? "Nothing matches")}
          </SelectOption>
        )}
      </SelectList>
    </Select>
  );
}
