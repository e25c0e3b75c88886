import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from "@patternfly/react-core";
import SearchIcon from "@patternfly/react-icons/dist/esm/icons/search-icon";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import { AddMachine } from "../actions/AddMachine";
import { Command } from "./Command";

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

/** There are some, and none is as asked for. */
export function NothingFound({ what, clear }: { what: string; clear?: () => void }) {
  return (
    <EmptyState titleText={`No ${what} matches`} headingLevel="h2" icon={SearchIcon} variant="sm">
      <EmptyStateBody>Ask for less, or for something else.</EmptyStateBody>
      {clear && (
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button variant="link" onClick={clear}>
              Clear all filters
            </Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
