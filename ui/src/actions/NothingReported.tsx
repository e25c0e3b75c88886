import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import { Command } from "../parts/Command";
import { AddMachine } from "./AddMachine";

/** Nothing has reported yet: what to do about it. */
export function NothingReported() {
  return (
    <EmptyState titleText="No host has reported yet" headingLevel="h2" icon={ServerIcon} variant="lg">
      <EmptyStateBody>
        Report this machine, add another one, or take in reports from a file. The page shows them as they
        arrive.
      </EmptyStateBody>
      <EmptyStateFooter>
        <div className="pl-commands">
          <Command text="plumbline report" />
          <Command text="plumbline ingest FILE.jsonl" />
        </div>
        <EmptyStateActions>
          <AddMachine isPrimary />
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
