import ArrowDownIcon from "@patternfly/react-icons/dist/esm/icons/long-arrow-alt-down-icon";
import ArrowUpIcon from "@patternfly/react-icons/dist/esm/icons/long-arrow-alt-up-icon";
import { type HostSearch, orderOf } from "../../api/search";
import type { Column } from "./columns";

interface HeadProps {
  columns: readonly Column[];
  search: HostSearch;
  change: (change: Partial<HostSearch>) => void;
  all: boolean;
  some: boolean;
  toggleAll: () => void;
}

export function Head({ columns, search, change, all, some, toggleAll }: HeadProps) {
  const { by, how } = orderOf(search);
  const sort = (column: Column) => {
    const other = how === "ASC" ? "DESC" : "ASC";
    change({
      order_by: column.order,
      order_how: column.order === by ? other : (column.first ?? "ASC"),
      page: undefined,
    });
  };
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className="pl-table__check">
          <label>
            <input
              type="checkbox"
              checked={all}
              ref={box => {
                if (box) box.indeterminate = some && !all;
              }}
              onChange={toggleAll}
              aria-label="Choose all rows that are shown"
            />
          </label>
        </th>
        {columns.map(column => {
          const sorted = column.order !== undefined && column.order === by;
          const direction = how === "ASC" ? "ascending" : "descending";
          return (
            <th
              key={column.id}
              scope="col"
              className={`pl-col-${column.id}${column.numeric ? " pl-table__numeric" : ""}`}
              aria-sort={column.order === undefined ? undefined : sorted ? direction : "none"}
            >
              {column.order === undefined ? (
                column.title
              ) : (
                <button
                  type="button"
                  onClick={() => sort(column)}
                  title={`Order by ${column.title.toLowerCase()}`}
                >
                  {column.title}
                  <span className="pl-table__arrow" aria-hidden>
                    {sorted && (how === "ASC" ? <ArrowUpIcon /> : <ArrowDownIcon />)}
                  </span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
