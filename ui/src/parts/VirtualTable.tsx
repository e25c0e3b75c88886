import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { label as labelOf } from "./labels";

const ROW = 28;
/** Shorter tables are drawn whole. */
const WHOLE = 60;

interface VirtualTableProps {
  label: string;
  columns: readonly string[];
  rows: readonly Record<string, string>[];
}

/** A plain table of texts; of a long one only the rows in sight are drawn. */
export function VirtualTable({ label, columns, rows }: VirtualTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const long = rows.length > WHOLE;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
    enabled: long,
  });
  const items = virtual.getVirtualItems();
  const above = long ? (items[0]?.start ?? 0) : 0;
  const below = long ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const shown = long ? items.map(item => item.index) : rows.keys();
  return (
    <div
      ref={scroller}
      className={`pl-texts${long ? " pl-texts--long" : ""}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="pl-table pl-table--texts" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <th key={column} scope="col">
                {labelOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <Room height={above} columns={columns.length} />}
          {[...shown].map(index => (
            <tr key={index} aria-rowindex={index + 2} className="pl-row">
              {columns.map(column => (
                <td key={column} title={rows[index]?.[column]}>
                  {rows[index]?.[column]}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 && <Room height={below} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function Room({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden className="pl-spacer" style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}
