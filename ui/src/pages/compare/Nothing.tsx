import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from "@patternfly/react-core";
import ColumnsIcon from "@patternfly/react-icons/dist/esm/icons/columns-icon";
import EqualsIcon from "@patternfly/react-icons/dist/esm/icons/equals-icon";
import { Link } from "@tanstack/react-router";
import type { Addition } from "./search";

/** Nothing is chosen yet: what to do. */
export function NothingChosen({ add }: { add: (what: Addition) => void }) {
  return (
    <EmptyState titleText="Choose what to compare" headingLevel="h2" icon={ColumnsIcon} variant="lg">
      <EmptyStateBody>
        Hosts side by side, a host against a baseline, or against what it was: add at least two. They can also
        be chosen in the list of hosts.
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button onClick={() => add("hosts")}>Add hosts</Button>
        </EmptyStateActions>
        <EmptyStateActions>
          <Button variant="link" onClick={() => add("baselines")}>
            Add baselines
          </Button>
          <Button variant="link" component={props => <Link {...props} to="/compare/outliers" />}>
            Find the odd ones
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

interface NothingDiffersProps {
  /** How many records are compared. */
  size: number;
  all: () => void;
  add: () => void;
}

/** All of it is the same, or there is but one record. */
export function NothingDiffers({ size, all, add }: NothingDiffersProps) {
  const alone = size === 1;
  return (
    <EmptyState
      titleText={alone ? "There is nothing to compare it with" : "Nothing differs"}
      headingLevel="h2"
      icon={EqualsIcon}
      variant="sm"
    >
      <EmptyStateBody>
        {alone
          ? "Add another host, a baseline, or an earlier state of this one."
          : "Every fact is the same, as far as it should be: addresses and times of boot may be each host's own."}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          {alone && <Button onClick={add}>Add to the comparison</Button>}
          <Button variant="link" onClick={all}>
            Show all facts
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
