import {
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  TextArea,
  TextInput,
} from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { type Baseline, type PatchStep, patchBaseline } from "../../api/baselines";
import { adding, changing, type FactRow, fieldOf, readValue, renaming, valueLines } from "./facts";

export type FactTask =
  | { kind: "add fact"; category?: FactRow }
  | { kind: "add category" }
  | { kind: "edit fact" | "edit category"; row: FactRow };

/** A category that is being added or renamed has no value of its own. */
const isAboutCategory = (task: FactTask) => task.kind === "add category" || task.kind === "edit category";

/** The API cannot tell why a patch does not fit; there is one reason from here. */
const STALE = "unable to apply patch to baseline";

interface FactDialogProps {
  baseline: Baseline;
  task: FactTask;
  close: () => void;
}

/** Adds or changes a fact or a category; what the API says stands at the field that it is about. */
export function FactDialog({ baseline, task, close }: FactDialogProps) {
  const row = "row" in task ? task.row : undefined;
  const [name, setName] = useState(row?.name ?? "");
  const [text, setText] = useState(row && row.size === undefined ? valueLines(row.value).join("\n") : "");
  // As it stood when the dialog was opened: what changed meanwhile has to be noticed.
  const [facts] = useState(baseline.baseline_facts ?? []);
  const isCategory = isAboutCategory(task);
  const act = useAct({ close }, row ? `Changed ${name}` : `Added ${name}`);
  const steps = (): PatchStep[] => {
    const fact = { name, value: readValue(text) };
    switch (task.kind) {
      case "add category":
        return adding(facts, undefined, { name, values: [] });
      case "edit category":
        return renaming(facts, task.row.at, name);
      case "edit fact":
        return changing(facts, task.row, fact);
      default:
        return adding(facts, task.category?.at, fact);
    }
  };
  const message = act.error?.message ?? "";
  const field = act.error ? fieldOf(message) : undefined;
  const stale = message === STALE;
  const what = isCategory ? "category" : "fact";
  return (
    <Frame
      title={
        row
          ? `Edit ${row.name}`
          : task.kind === "add fact" && task.category
            ? `Add a fact to ${task.category.name}`
            : `Add a ${what}`
      }
      verb={row ? "Save" : "Add"}
      isBusy={act.isPending}
      error={
        stale
          ? new Error(
              "Somebody changed this baseline meanwhile. Close this, look at it as it is now, and try again.",
            )
          : field === undefined || (field === "value" && isCategory)
            ? act.error
            : null
      }
      close={close}
      act={() =>
        act.mutate(() =>
          patchBaseline(baseline.id, { display_name: baseline.display_name, facts_patch: steps() }),
        )
      }
    >
      <FormGroup label={isCategory ? "Category" : "Fact"} fieldId="fact-name" isRequired>
        <TextInput
          id="fact-name"
          value={name}
          onChange={(_, value) => setName(value)}
          validated={field === "name" ? "error" : "default"}
          autoFocus
          spellCheck={false}
          aria-describedby="fact-name-help"
        />
        <Help id="fact-name-help" wrong={field === "name" ? message : undefined}>
          {isCategory ? "Such as installed_packages" : "As hosts report it"}
        </Help>
      </FormGroup>
      {!isCategory && (
        <FormGroup label="Value" fieldId="fact-value" isRequired>
          <TextArea
            id="fact-value"
            value={text}
            onChange={(_, value) => setText(value)}
            validated={field === "value" ? "error" : "default"}
            rows={Math.min(8, Math.max(2, text.split("\n").length))}
            resizeOrientation="vertical"
            spellCheck={false}
            aria-describedby="fact-value-help"
          />
          <Help id="fact-value-help" wrong={field === "value" ? message : undefined}>
            Several values stand one a line
          </Help>
        </FormGroup>
      )}
    </Frame>
  );
}

function Help({ id, wrong, children }: { id: string; wrong: string | undefined; children: string }) {
  return (
    <FormHelperText>
      <HelperText id={id} isLiveRegion>
        <HelperTextItem variant={wrong ? "error" : "default"}>{wrong ?? children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
