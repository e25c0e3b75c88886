import { Checkbox, Radio } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { pastStatesOf } from "../api/history";
import { Failure } from "./Failure";
import { exact } from "./format";

interface PastStateChoicesProps {
  host: string;
  chosen: readonly string[];
  toggle: (id: string, name: string) => void;
  /** One of them at most. */
  isSingle?: boolean;
}

/** The past states of a host, to choose from. */
export function PastStateChoices({ host, chosen, toggle, isSingle }: PastStateChoicesProps) {
  const id = useId();
  const past = useQuery(pastStatesOf(host));
  const Choice = isSingle ? Radio : Checkbox;
  if (past.error) {
    return (
      <Failure
        error={past.error}
        what="The earlier states cannot be shown"
        retry={() => void past.refetch()}
      />
    );
  }
  return (
    <div className="pl-states-choices" aria-busy={past.isFetching}>
      {past.data?.map(state => (
        <Choice
          key={state.id}
          id={`${id}-${state.id}`}
          name={`${id}-state`}
          label={exact(state.captured_date)}
          isChecked={chosen.includes(state.id)}
          onChange={() => toggle(state.id, exact(state.captured_date))}
        />
      ))}
      {past.data?.length === 0 && (
        <p className="pl-subtle">There are no earlier states: it has not changed lately.</p>
      )}
    </div>
  );
}
