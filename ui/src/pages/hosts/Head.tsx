import { type HostSearch, orderOf } from "../../api/search";
import { SortedHead } from "../../parts/SortedHead";
import { ChooseAll } from "./ChooseAll";
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
          <ChooseAll all={all} some={some} toggleAll={toggleAll} />
        </th>
        {columns.map(column => {
          const sorted = column.order !== undefined && column.order === by;
          const className = `pl-col-${column.id}${column.numeric ? " pl-table__numeric" : ""}`;
          if (column.order === undefined)
            return (
              <th key={column.id} scope="col" className={className}>
                {column.title}
              </th>
            );
          return (
            <SortedHead
              key={column.id}
              title={column.title}
              className={className}
              is={sorted ? (how === "ASC" ? "ascending" : "descending") : "none"}
              onClick={() => sort(column)}
            />
          );
        })}
      </tr>
    </thead>
  );
}
