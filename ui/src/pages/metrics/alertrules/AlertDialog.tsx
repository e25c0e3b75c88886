import "./alertrules.css";
import { FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { useAct } from "../../../actions/useAct";
import { changeAlert, createAlert } from "../../../api/alerts";
import { type Draft, type NumberField, ruleOf } from "./rule";

interface AlertDialogProps {
  start: Draft;
  /** The alert that is changed; a new one without it. */
  id?: string;
  /** Expressions to choose from. */
  expressions?: readonly string[];
  close: () => void;
}

const MORE: readonly { field: NumberField; label: string }[] = [
  { field: "for_seconds", label: "For so many seconds before it fires" },
  { field: "keep_firing_seconds", label: "Goes on firing for so many seconds" },
  { field: "clear", label: "Clear threshold (the threshold itself)" },
  { field: "breaches", label: "So many breaches" },
  { field: "of", label: "out of so many evaluations" },
  { field: "every_seconds", label: "Seconds between evaluations" },
  { field: "delay_seconds", label: "Seconds behind now, for late samples" },
];

/** Makes an alert of a chart's expression, or changes one. Each series is an alert of its own. */
export function AlertDialog({ start, id, expressions = [], close }: AlertDialogProps) {
  const [draft, setDraft] = useState(start);
  const act = useAct({ close }, id ? "The alert is changed" : "The alert is kept");
  const rule = ruleOf(draft);
  const set = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const number = (field: NumberField, label: string) => (
    <FormGroup key={field} label={label} fieldId={`alert-${field}`}>
      <TextInput
        id={`alert-${field}`}
        inputMode="decimal"
        value={draft[field]}
        onChange={(_, value) => set({ [field]: value })}
      />
    </FormGroup>
  );
  return (
    <Frame
      title={id ? "Change the alert" : "Alert on this"}
      verb="Save"
      isDisabled={!rule}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => rule && act.mutate(() => (id ? changeAlert(id, rule) : createAlert(rule)))}
    >
      <FormGroup label="Name" fieldId="alert-name" isRequired>
        <TextInput id="alert-name" value={draft.name} onChange={(_, name) => set({ name })} maxLength={200} />
      </FormGroup>
      <FormGroup label="Expression" fieldId="alert-expression">
        {expressions.length > 1 ? (
          <FormSelect
            id="alert-expression"
            value={draft.expression}
            onChange={(_, expression) => set({ expression })}
          >
            {expressions.map(each => (
              <FormSelectOption key={each} value={each} label={each} />
            ))}
          </FormSelect>
        ) : (
          <TextInput
            id="alert-expression"
            value={draft.expression}
            onChange={(_, expression) => set({ expression })}
            spellCheck={false}
          />
        )}
      </FormGroup>
      {Object.entries(draft.variables).map(([name, values]) => (
        <p key={name} className="pl-subtle">
          ${name}: {values.join(", ")}
        </p>
      ))}
      <div className="pl-alertrule__row">
        <FormGroup label="Fires when the value is" fieldId="alert-direction">
          <FormSelect
            id="alert-direction"
            value={draft.direction}
            onChange={(_, value) => set({ direction: value === "below" ? "below" : "above" })}
          >
            <FormSelectOption value="above" label="above" />
            <FormSelectOption value="below" label="below" />
          </FormSelect>
        </FormGroup>
        {number("threshold", "Threshold")}
      </div>
      <details>
        <summary>When exactly</summary>
        <div className="pl-alertrule__more">{MORE.map(({ field, label }) => number(field, label))}</div>
      </details>
      <FormGroup label="What to do about it" fieldId="alert-summary">
        <TextInput
          id="alert-summary"
          value={draft.summary}
          onChange={(_, summary) => set({ summary })}
          maxLength={2_000}
        />
      </FormGroup>
      <p className="pl-subtle">Each series of the expression is an alert of its own: one for each host.</p>
    </Frame>
  );
}
