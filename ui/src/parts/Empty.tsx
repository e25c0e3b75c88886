import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from "@patternfly/react-core";
import SearchIcon from "@patternfly/react-icons/dist/esm/icons/search-icon";

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
