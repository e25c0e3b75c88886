import { Button, Checkbox, Label, SearchInput } from "@patternfly/react-core";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { count } from "../../parts/format";
import { useSettled } from "../../parts/hooks";
import { Picker } from "../../parts/Picker";
import type { Fact } from "./report";
import { categoryName, shownAs } from "./rows";
import { type CompareSearch, SHOWN, type Shown, USUAL, unfiltered } from "./search";
import { SHOWN_NAMES } from "./words";

interface FiltersProps {
  search: CompareSearch;
  change: (change: Partial<CompareSearch>) => void;
  facts: readonly Fact[];
  hasBaseline: boolean;
  children: ReactNode;
}

/** What is shown of a comparison. Every condition has to hold. */
export function Filters({ search, change, facts, hasBaseline, children }: FiltersProps) {
  const states = search["filter[state]"] ?? USUAL;
  const categories = search.category ?? [];
  const some = (list: string[]) => (list.length > 0 ? list : undefined);
  const turned = <T extends string>(list: readonly T[], item: T) =>
    list.includes(item) ? list.filter(each => each !== item) : [...list, item];
  const show = (shown: Shown[]) =>
    change({ "filter[state]": shown.length === 0 || shown.join() === USUAL.join() ? undefined : shown });
  const isAll = states.length === SHOWN.length;
  return (
    <div className="pl-toolbar pl-compare__filters">
      <TextField
        asked={search.find ?? ""}
        ask={text => change({ find: text || undefined })}
        keep={text =>
          change({ find: undefined, "filter[name]": [...new Set([...(search["filter[name]"] ?? []), text])] })
        }
      />
      <fieldset className="pl-switch pl-switch--text">
        <legend className="pl-hidden">Which facts are shown</legend>
        <button type="button" aria-pressed={states.join() === USUAL.join()} onClick={() => show([...USUAL])}>
          Differences
        </button>
        <button type="button" aria-pressed={isAll} onClick={() => show([...SHOWN])}>
          Everything
        </button>
      </fieldset>
      <Picker
        title="State"
        uncounted
        choices={SHOWN.map(state => ({
          value: state,
          name: SHOWN_NAMES[state],
          note: count(facts.filter(fact => shownAs(fact.state) === state).length),
        }))}
        chosen={states}
        toggle={state => {
          const after = turned(states, state as Shown);
          show(SHOWN.filter(each => after.includes(each)));
        }}
      />
      <Picker
        title="Category"
        choices={categoriesOf(facts, states)}
        chosen={categories}
        toggle={category => change({ category: some(turned(categories, category)) })}
      />
      {hasBaseline && (
        <Checkbox
          id="baseline-only"
          label="Only what baselines name"
          isChecked={search["filter[show]"] === "baseline"}
          onChange={(_, checked) => change({ "filter[show]": checked ? "baseline" : undefined })}
        />
      )}
      <span className="pl-toolbar__end">{children}</span>
    </div>
  );
}

/** Each category with the number of its facts in these states. */
function categoriesOf(facts: readonly Fact[], states: readonly Shown[]) {
  const counts = new Map<string, number>();
  for (const fact of facts) {
    const counted = states.includes(shownAs(fact.state)) ? 1 : 0;
    counts.set(fact.category, (counts.get(fact.category) ?? 0) + counted);
  }
  return [...counts]
    .map(([value, number]) => ({ value, name: categoryName(value), note: count(number) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

interface TextFieldProps {
  asked: string;
  ask: (text: string) => void;
  keep: (text: string) => void;
}

/** Narrows while one types; Enter keeps the text beside others. */
function TextField({ asked, ask, keep }: TextFieldProps) {
  const [text, setText] = useState(asked);
  const settled = useSettled(text, 200);
  const latest = useRef({ asked, ask });
  latest.current = { asked, ask };
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (settled !== latest.current.asked) latest.current.ask(settled);
  }, [settled]);
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || text.trim() === "") return;
    setText("");
    keep(text.trim());
  };
  return (
    <span className="pl-toolbar__name">
      <SearchInput
        value={text}
        placeholder="Fact, category or value"
        aria-label="Filter by fact, category or value; Enter keeps the text"
        onChange={(_, value) => setText(value)}
        onClear={() => setText("")}
        onKeyDown={press}
      />
    </span>
  );
}

/** The conditions that are not at hand in the toolbar, each with a way out of it. */
export function FilterChips({ search, change }: Pick<FiltersProps, "search" | "change">) {
  const texts = search["filter[name]"] ?? [];
  const categories = search.category ?? [];
  if (texts.length + categories.length === 0) return null;
  const rest = (list: string[], item: string) => {
    const left = list.filter(each => each !== item);
    return left.length > 0 ? left : undefined;
  };
  return (
    <div className="pl-chips">
      {texts.map(text => (
        <Label
          key={text}
          variant="outline"
          closeBtnAriaLabel={`Remove ${text}`}
          onClose={() => change({ "filter[name]": rest(texts, text) })}
        >
          {text}
        </Label>
      ))}
      {categories.map(category => (
        <Label
          key={category}
          variant="outline"
          closeBtnAriaLabel={`Remove ${categoryName(category)}`}
          onClose={() => change({ category: rest(categories, category) })}
        >
          {categoryName(category)}
        </Label>
      ))}
      <Button variant="link" size="sm" onClick={() => change(unfiltered(search))}>
        Clear all
      </Button>
    </div>
  );
}
