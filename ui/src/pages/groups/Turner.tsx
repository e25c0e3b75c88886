import { Button } from "@patternfly/react-core";
import AngleLeftIcon from "@patternfly/react-icons/dist/esm/icons/angle-left-icon";
import AngleRightIcon from "@patternfly/react-icons/dist/esm/icons/angle-right-icon";
import { count } from "../../parts/format";

/** To the page before and after; absent when there is but one. */
export function Turner({ page, pages, go }: { page: number; pages: number; go: (page: number) => void }) {
  if (pages <= 1) return null;
  return (
    <nav className="pl-turner" aria-label="Pages of the list">
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
    </nav>
  );
}
