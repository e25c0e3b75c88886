import { Radio } from "@patternfly/react-core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { type Baseline, copyBaseline, createBaseline } from "../../api/baselines";
import { BaselineChoices } from "../../parts/BaselineChoices";
import { HostChoices } from "../../parts/HostChoices";
import { PastHostChoices } from "../../parts/PastHostChoices";
import { BaselineName } from "./BaselineName";
import { fieldOf } from "./facts";

const SOURCES = [
  { from: "scratch", name: "From scratch", note: "facts are added by hand" },
  { from: "host", name: "From a host", note: "all that it is now" },
  { from: "past", name: "From an earlier state of a host", note: "all that it was" },
  { from: "copy", name: "As a copy of a baseline", note: "its facts, not its hosts" },
] as const;
export type From = (typeof SOURCES)[number]["from"];

/** What a new baseline begins with. */
export interface Start {
  from: From;
  /** The host or the baseline that it is made from. */
  id?: string;
  name?: string;
}

interface CreateDialogProps {
  start: Start;
  close: () => void;
}

export function CreateDialog({ start, close }: CreateDialogProps) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [from, setFrom] = useState<From>(start.from);
  const [id, setId] = useState(start.id);
  const act = useAct({ close }, `Made the baseline ${name}`);
  const choose = (next: From) => {
    setFrom(next);
    setId(undefined);
  };
  const make = async (): Promise<Baseline> => {
    if (from === "copy" && id) return copyBaseline(id, name);
    return createBaseline(
      name,
      from === "host" ? { inventory_uuid: id } : from === "past" ? { hsp_uuid: id } : {},
    );
  };
  const wrong = act.error && fieldOf(act.error.message) === "name" ? act.error.message : undefined;
  return (
    <Frame
      title={start.name ? `New baseline from ${start.name}` : "New baseline"}
      verb="Create"
      isDisabled={name === "" || (from !== "scratch" && !id)}
      isBusy={act.isPending}
      error={wrong ? null : act.error}
      close={close}
      act={() =>
        act.mutate(async () => {
          const made = await make();
          void navigate({ to: "/baselines/$id", params: { id: made.id } });
        })
      }
    >
      <BaselineName name={name} set={setName} wrong={wrong} />
      {!start.name && (
        <fieldset className="pl-sources">
          <legend>What it begins with</legend>
          {SOURCES.map(source => (
            <Radio
              key={source.from}
              id={`from-${source.from}`}
              name="from"
              label={source.name}
              description={source.note}
              isChecked={from === source.from}
              onChange={() => choose(source.from)}
            />
          ))}
        </fieldset>
      )}
      {!start.name && from === "host" && (
        <HostChoices chosen={id ? [id] : []} toggle={each => setId(each.id)} isSingle />
      )}
      {from === "past" && (
        <PastHostChoices chosen={id ? [id] : []} toggle={setId} leave={() => setId(undefined)} isSingle />
      )}
      {!start.name && from === "copy" && <BaselineChoices chosen={id ? [id] : []} toggle={setId} isSingle />}
    </Frame>
  );
}
