import ArrowDownIcon from "@patternfly/react-icons/dist/esm/icons/long-arrow-alt-down-icon";
import ArrowUpIcon from "@patternfly/react-icons/dist/esm/icons/long-arrow-alt-up-icon";
import type { Sort } from "./search";

const NAMES = { fact: "Fact", state: "State" };

/** What a click orders by next: facts up and down; states with what differs first, then last, then not at all. */
function next(by: "fact" | "state", sort: Sort): Sort {
  if (by === "fact") return { ...sort, fact: sort.fact === "asc" ? "desc" : "asc" };
  if (sort.state === "desc") return { ...sort, state: "asc" };
  return sort.state === "asc" ? { fact: sort.fact } : { ...sort, state: "desc" };
}

interface SortHeadProps {
  by: "fact" | "state";
  sort: Sort;
  order: (sort: Sort) => void;
}

export function SortHead({ by, sort, order }: SortHeadProps) {
  const how = sort[by];
  return (
    <th
      scope="col"
      className={`pl-compare__${by}`}
      aria-sort={how === undefined ? "none" : how === "asc" ? "ascending" : "descending"}
    >
      <button
        type="button"
        aria-label={NAMES[by]}
        title={`Order by ${by}`}
        onClick={() => order(next(by, sort))}
      >
        <span className="pl-state__word">{NAMES[by]}</span>
        <span className="pl-table__arrow" aria-hidden>
          {how === "asc" ? <ArrowUpIcon /> : how === "desc" ? <ArrowDownIcon /> : null}
        </span>
      </button>
    </th>
  );
}
