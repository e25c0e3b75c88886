import { PageSteps, type PageStepsProps } from "../../parts/PageSteps";

/** To the page before and after; absent when there is but one. */
export function Turner(steps: PageStepsProps) {
  if (steps.pages <= 1) return null;
  return (
    <nav className="pl-turner" aria-label="Pages of the list">
      <PageSteps {...steps} />
    </nav>
  );
}
