import { memo } from "react";
import type { Host } from "../../api/types";
import { visible } from "../../parts/visible";
import type { Beside, Column } from "./columns";
import type { Named } from "./selection";

interface RowProps extends Beside {
  host: Host;
  columns: readonly Column[];
  index: number;
  chosen: boolean;
  touched: boolean;
  toggle: (host: Named, through: boolean) => void;
}

/** One host as a row of the table; drawn anew only when something of it changed. */
export const Row = memo(function Row({
  host,
  tags,
  change,
  columns,
  index,
  chosen,
  touched,
  toggle,
}: RowProps) {
  return (
    <tr
      className={`pl-row${chosen ? " pl-row--chosen" : ""}${touched ? " pl-row--touched" : ""}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-host={host.id}
    >
      <td className="pl-table__check">
        <label>
          <input
            type="checkbox"
            checked={chosen}
            aria-label={`Choose ${visible(host.display_name)}`}
            // The click knows of the shift key, which the change event does not.
            onClick={event => toggle(host, event.shiftKey)}
            onChange={() => undefined}
          />
        </label>
      </td>
      {columns.map(column => (
        <td key={column.id} className={`pl-col-${column.id}${column.numeric ? " pl-table__numeric" : ""}`}>
          {column.cell(host, { tags, change })}
        </td>
      ))}
    </tr>
  );
});

/** The place of a host that is still on its way: one cell, since many fly by. */
export const Bones = memo(function Bones({ columns, index }: { columns: number; index: number }) {
  return (
    <tr className="pl-row pl-row--bones" aria-rowindex={index + 2} aria-busy>
      <td colSpan={columns + 1} />
    </tr>
  );
});
