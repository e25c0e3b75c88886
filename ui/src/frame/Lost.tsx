import { EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import { Link } from "@tanstack/react-router";
import { useTitle } from "../parts/hooks";

export function Lost() {
  useTitle("No such page");
  return (
    <EmptyState titleText="There is no such page" headingLevel="h1" variant="sm">
      <EmptyStateBody>The address may be mistyped, or what it names is gone.</EmptyStateBody>
      <EmptyStateFooter>
        <Link to="/">To the overview</Link>
      </EmptyStateFooter>
    </EmptyState>
  );
}
