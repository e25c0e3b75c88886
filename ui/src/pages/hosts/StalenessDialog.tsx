import { Button, FormGroup } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { dropStaleness, isOwn, type Staleness, setStaleness, staleness } from "../../api/staleness";
import { changed, LIMITS, type Limit, type Written, written, wrongWith } from "./limits";

/** After which time without a report hosts of the organisation are stale, silent and removed. */
export default function StalenessDialog({ close }: { close: () => void }) {
  const { data, error, isFetching } = useQuery(staleness);
  const [draft, setDraft] = useState<Partial<Record<Limit, Written>>>({});
  const act = useAct({ close }, "The limits hold from now on");
  const textOf = (limit: Limit, before: Staleness) => draft[limit] ?? written(before[limit]);
  const limits = data && changed(data, draft);
  const wrong = limits && wrongWith(limits);
  const save = async () => {
    if (!data || !limits) return;
    const after = Object.fromEntries(LIMITS.map(({ limit }, at) => [limit, limits[at]]));
    await setStaleness(data, after as Record<Limit, number>);
  };
  return (
    <Frame
      title="When hosts are stale"
      verb="Save"
      isDisabled={!data || isFetching || wrong !== undefined || Object.keys(draft).length === 0}
      isBusy={act.isPending}
      error={act.error ?? error}
      close={close}
      act={() => act.mutate(save)}
    >
      <p className="pl-subtle">Without a report for so long. It holds for every host of the organisation.</p>
      {data &&
        LIMITS.map(({ limit, name, about }) => {
          const text = textOf(limit, data);
          const set = (part: Partial<Written>) => setDraft({ ...draft, [limit]: { ...text, ...part } });
          return (
            <FormGroup key={limit} label={name} fieldId={limit}>
              <span className="pl-limit">
                <input
                  id={limit}
                  className="pl-select"
                  inputMode="decimal"
                  value={text.number}
                  onChange={event => set({ number: event.target.value })}
                />
                <select
                  className="pl-select"
                  aria-label={`${name}, unit`}
                  value={text.unit}
                  onChange={event => set({ unit: event.target.value === "d" ? "d" : "h" })}
                >
                  <option value="h">hours</option>
                  <option value="d">days</option>
                </select>
                <span className="pl-subtle">{about}</span>
              </span>
            </FormGroup>
          );
        })}
      {wrong && <p className="pl-wrong">{wrong}.</p>}
      {data && isOwn(data) && (
        <p>
          <Button
            variant="link"
            isInline
            isDisabled={act.isPending}
            onClick={() => act.mutate(dropStaleness)}
          >
            Back to the defaults
          </Button>
        </p>
      )}
    </Frame>
  );
}
