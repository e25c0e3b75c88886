import { FormGroup, Radio, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { addRule, type DriftCause, type RuleKind } from "../../api/driftcauses";

const KINDS: readonly { kind: RuleKind; name: string; about: string }[] = [
  { kind: "ignore", name: "Ignore it", about: "Nobody wants to hear of this fact until the end." },
  { kind: "expected", name: "It is expected", about: "Hosts that come to this value are ours." },
  { kind: "window", name: "A change window", about: "Whatever becomes of this fact until the end is ours." },
];

/** The day in so many days, as a field for dates has it. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Says what is known of a cause: with a reason, and an end. */
export function RuleDialog({ cause, close }: { cause: DriftCause; close: () => void }) {
  const [kind, setKind] = useState<RuleKind>("ignore");
  const [pattern, setPattern] = useState(cause.fact);
  const [everywhere, setEverywhere] = useState(false);
  const [ends, setEnds] = useState(day(7));
  const [reason, setReason] = useState("");
  const act = useAct({ close }, "It is known now");
  const rule = () =>
    addRule({
      kind,
      pattern,
      reason,
      ends: `${ends}T23:59:59Z`,
      ...(everywhere ? {} : { baseline_id: cause.baseline_id }),
      ...(kind === "expected" ? { value: cause.actual === "" ? "*" : cause.actual } : {}),
    });
  return (
    <Frame
      title="What is known of this change?"
      verb="Save"
      isDisabled={reason.trim() === "" || pattern === "" || ends === ""}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(rule)}
    >
      <p>{cause.headline}</p>
      {KINDS.map(each => (
        <Radio
          key={each.kind}
          id={`rule-${each.kind}`}
          name="rule-kind"
          label={each.name}
          description={each.about}
          isChecked={kind === each.kind}
          onChange={() => setKind(each.kind)}
        />
      ))}
      <FormGroup label="Facts, with * for any part" fieldId="rule-pattern" isRequired>
        <TextInput
          id="rule-pattern"
          value={pattern}
          onChange={(_, value) => setPattern(value)}
          maxLength={500}
        />
      </FormGroup>
      <label className="pl-driftcauses__switch">
        <input type="checkbox" checked={everywhere} onChange={event => setEverywhere(event.target.checked)} />
        For all baselines, not only {cause.baseline_name}
      </label>
      <FormGroup label="Until the end of" fieldId="rule-ends" isRequired>
        <TextInput id="rule-ends" type="date" value={ends} onChange={(_, value) => setEnds(value)} />
      </FormGroup>
      <FormGroup label="Why" fieldId="rule-reason" isRequired>
        <TextInput
          id="rule-reason"
          value={reason}
          onChange={(_, value) => setReason(value)}
          maxLength={500}
          placeholder="CHG-1234, patch day"
        />
      </FormGroup>
    </Frame>
  );
}
