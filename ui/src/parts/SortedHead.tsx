import ArrowDownIcon from "@patternfly/react-icons/dist/esm/icons/long-arrow-alt-down-icon";
import ArrowUpIcon from "@patternfly/react-icons/dist/esm/icons/long-arrow-alt-up-icon";

interface SortedHeadProps {
  title: string;
  is: "ascending" | "descending" | "none";
  onClick: () => void;
  className?: string;
}

/** The head of a column by which a table is put in order, with the way it is. */
export function SortedHead({ title, is, onClick, className }: SortedHeadProps) {
  return (
    <th scope="col" className={className} aria-sort={is}>
      <button type="button" onClick={onClick} title={`Order by ${title.toLowerCase()}`}>
        {title}
        <span className="pl-table__arrow" aria-hidden>
          {is === "ascending" && <ArrowUpIcon />}
          {is === "descending" && <ArrowDownIcon />}
        </span>
      </button>
    </th>
  );
}
