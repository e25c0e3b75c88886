import { Checkbox, Radio, SearchInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { baselineList } from "../api/baselines";
import { Failure } from "./Failure";
import { counted } from "./format";
import { useSettled } from "./hooks";
import { visible } from "./visible";

interface BaselineChoicesProps {
  chosen: readonly string[];
  toggle: (id: string, name: string) => void;
  /** One of them at most. */
  isSingle?: boolean;
}

/** Baselines found by name, to choose from. */
export function BaselineChoices({ chosen, toggle, isSingle }: BaselineChoicesProps) {
  const [text, setText] = useState("");
  const id = useId();
  const name = useSettled(text.trim(), 150);
  const found = useQuery(baselineList({ display_name: name || undefined, limit: 30 }));
  const baselines = found.data?.data ?? [];
  const Choice = isSingle ? Radio : Checkbox;
  return (
    <>
      <SearchInput
        value={text}
        placeholder="Name"
        aria-label="Find baselines by name"
        onChange={(_, value) => setText(value)}
        onClear={() => setText("")}
      />
      {found.error && <Failure error={found.error} what="The baselines cannot be shown" />}
      <div className="pl-choices" aria-busy={found.isFetching}>
        {baselines.map(baseline => (
          <Choice
            key={baseline.id}
            id={`${id}-${baseline.id}`}
            name={`${id}-baseline`}
            label={visible(baseline.display_name)}
            description={counted(baseline.fact_count, "fact or category", "facts and categories")}
            isChecked={chosen.includes(baseline.id)}
            onChange={() => toggle(baseline.id, baseline.display_name)}
          />
        ))}
        {found.data && baselines.length === 0 && (
          <p className="pl-subtle">
            {name ? `No baseline is called “${name}”.` : "There is no baseline yet."}
          </p>
        )}
      </div>
    </>
  );
}
