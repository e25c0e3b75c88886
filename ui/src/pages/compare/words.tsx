import EqualsIcon from "@patternfly/react-icons/dist/esm/icons/equals-icon";
import LockIcon from "@patternfly/react-icons/dist/esm/icons/lock-icon";
import NotEqualIcon from "@patternfly/react-icons/dist/esm/icons/not-equal-icon";
import QuestionCircleIcon from "@patternfly/react-icons/dist/esm/icons/question-circle-icon";
import type { FactState } from "../../api/drift";
import type { Shown } from "./search";

const STATES: Record<FactState, { name: string; Icon: typeof EqualsIcon; meaning: string }> = {
  SAME: { name: "Same", Icon: EqualsIcon, meaning: "all facts here are the same" },
  DIFFERENT: { name: "Different", Icon: NotEqualIcon, meaning: "at least one value here differs" },
  INCOMPLETE_DATA: {
    name: "Incomplete",
    Icon: QuestionCircleIcon,
    meaning: "at least one value here is missing",
  },
  INCOMPLETE_DATA_OBFUSCATED: {
    name: "Redacted",
    Icon: LockIcon,
    meaning: "at least one value here was redacted before it was reported",
  },
};

export const SHOWN_NAMES: Record<Shown, string> = {
  different: "Different",
  incomplete: "Incomplete",
  same: "Same",
};

export const stateName = (state: FactState) => STATES[state].name;

/** Whether it is the same everywhere: a sign, a colour, and the word for who sees neither. */
export function StateMark({ state, hasReference }: { state: FactState; hasReference: boolean }) {
  const { name, Icon, meaning } = STATES[state];
  const than = state === "DIFFERENT" && hasReference ? " from the reference" : "";
  return (
    <span className={`pl-state pl-state--${state.toLowerCase()}`} title={`${name}: ${meaning}${than}`}>
      <Icon aria-hidden />
      <span className="pl-state__word">{name}</span>
    </span>
  );
}
