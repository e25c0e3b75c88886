import type { HostSearch } from "../../api/search";
import { count } from "../../parts/format";
import { PageSteps } from "../../parts/PageSteps";

interface FootProps {
  total: number;
  perPage: number;
  search: HostSearch;
  change: (change: Partial<HostSearch>) => void;
}

const SIZES = [20, 50, 100];

/** Where in the list one is: page by page, or all of it in one. */
export function Foot({ total, perPage, search, change }: FootProps) {
  const all = search.view === "all";
  const page = search.page ?? 1;
  const pages = Math.max(1, Math.ceil(total / perPage));
  const first = Math.min(total, (page - 1) * perPage + 1);
  const go = (to: number) => change({ page: to > 1 ? to : undefined });
  return (
    <nav className="pl-foot" aria-label="Pages of the list">
      <fieldset className="pl-switch pl-switch--text">
        <legend className="pl-hidden">How the list is shown</legend>
        <button type="button" aria-pressed={!all} onClick={() => change({ view: undefined })}>
          Pages
        </button>
        <button type="button" aria-pressed={all} onClick={() => change({ view: "all", page: undefined })}>
          All in one
        </button>
      </fieldset>
      {all ? (
        <span className="pl-foot__where pl-num">{count(total)} in one list</span>
      ) : (
        <>
          <label className="pl-foot__size">
            <span className="pl-hidden">Rows on a page</span>
            <select
              value={perPage}
              onChange={event => change({ per_page: Number(event.target.value), page: undefined })}
            >
              {[...new Set([...SIZES, perPage])]
                .sort((a, b) => a - b)
                .map(size => (
                  <option key={size} value={size}>
                    {size} a page
                  </option>
                ))}
            </select>
          </label>
          <span className="pl-foot__where pl-num">
            {count(first)}–{count(Math.min(total, page * perPage))} of {count(total)}
          </span>
          <PageSteps page={page} pages={pages} go={go} />
        </>
      )}
    </nav>
  );
}
