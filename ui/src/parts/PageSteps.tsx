import { Button } from "@patternfly/react-core";
import AngleLeftIcon from "@patternfly/react-icons/dist/esm/icons/angle-left-icon";
import AngleRightIcon from "@patternfly/react-icons/dist/esm/icons/angle-right-icon";
import { count } from "./format";

export interface PageStepsProps {
  page: number;
  pages: number;
  go: (page: number) => void;
}

/** Which page of how many, and to the one before and after. */
export function PageSteps({ page, pages, go }: PageStepsProps) {
  return (
    <>
      <Button
        variant="plain"
        size="sm"
        aria-label="Page before"
        icon={<AngleLeftIcon />}
        isDisabled={page <= 1}
        onClick={() => go(page - 1)}
      />
      <span className="pl-num">
        {count(page)} / {count(pages)}
      </span>
      <Button
        variant="plain"
        size="sm"
        aria-label="Page after"
        icon={<AngleRightIcon />}
        isDisabled={page >= pages}
        onClick={() => go(page + 1)}
      />
    </>
  );
}
