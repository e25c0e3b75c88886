import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from "@patternfly/react-core";

const LONGEST = 200;

interface BaselineNameProps {
  name: string;
  set: (name: string) => void;
  /** What the API says of it. */
  wrong?: string;
}

/** The name of a baseline, with what the API says of it. */
export function BaselineName({ name, set, wrong }: BaselineNameProps) {
  return (
    <FormGroup label="Name" fieldId="baseline-name" isRequired>
      <TextInput
        id="baseline-name"
        value={name}
        onChange={(_, value) => set(value)}
        validated={wrong ? "error" : "default"}
        maxLength={LONGEST}
        autoFocus
        isRequired
        spellCheck={false}
        aria-describedby="baseline-name-help"
      />
      <FormHelperText>
        <HelperText id="baseline-name-help" isLiveRegion>
          <HelperTextItem variant={wrong ? "error" : "default"}>
            {wrong ?? "One of a kind in the organisation"}
          </HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
