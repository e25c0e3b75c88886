import { Button, Label } from "@patternfly/react-core";
import { filterOf, type HostSearch, MANY, type Many, type Single } from "../../../api/search";
import { toggled } from "../../../parts/toggled";
import { visible } from "../../../parts/visible";
import { NAMES_OF, unfiltered, valueText } from "./vocabulary";

interface ChipsProps {
  search: HostSearch;
  change: (change: Partial<HostSearch>) => void;
  go: (search: HostSearch) => void;
}

/** What the list is narrowed to, each with a cross to let go of it. */
export function Chips({ search, change, go }: ChipsProps) {
  const chips = Object.entries(filterOf(search)).flatMap(([key, value]) => {
    const name = key as Single | Many;
    return (Array.isArray(value) ? value : [value]).map(one => ({ name, value: one }));
  });
  if (chips.length === 0) return null;
  const drop = (name: Single | Many, value: string) =>
    (MANY as readonly string[]).includes(name)
      ? change({ [name]: toggled(search[name as Many], value) })
      : change({ [name]: undefined });
  return (
    <div className="pl-chips">
      {chips.map(({ name, value }) => {
        const shown = visible(valueText(name, value));
        return (
          <Label
            key={`${name} ${value}`}
            isCompact
            variant="outline"
            onClose={() => drop(name, value)}
            closeBtnAriaLabel={`Remove the filter ${NAMES_OF[name]} ${shown}`}
          >
            <span className="pl-chips__name">{NAMES_OF[name]}</span> {shown}
          </Label>
        );
      })}
      <Button variant="link" size="sm" isInline onClick={() => go(unfiltered(search))}>
        Clear all
      </Button>
    </div>
  );
}
