import AngleDownIcon from "@patternfly/react-icons/dist/esm/icons/angle-down-icon";
import AngleRightIcon from "@patternfly/react-icons/dist/esm/icons/angle-right-icon";
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useMemo, useRef } from "react";
import { count } from "../../parts/format";
import { useNarrow } from "../../parts/hooks";
import { type ColumnActs, ColumnHead } from "./ColumnHead";
import { FactLine } from "./FactLine";
import type { Column, Fact } from "./report";
import { categoryName, type GroupRow, type Row } from "./rows";
import { SortHead } from "./SortHead";
import type { Sort } from "./search";
import { StateMark } from "./words";

/** The height of a row and the widths of columns; compare.css has the same. */
const ROW = 32;
const WIDTHS = { fact: 280, state: 116, column: 210 };
const NARROW = { fact: 132, state: 34, column: 132 };

/**
 * Rows come and go so many at a time: styles of dialogs have a rule for whatever stands beside another element, and with it
 * a row that comes or goes makes the browser look at the style of every cell.
 */
const STEP = 8;

const inSteps = (range: Range) =>
  defaultRangeExtractor({
    ...range,
    startIndex: range.startIndex - (range.startIndex % STEP),
    endIndex: Math.min(range.count - 1, range.endIndex + STEP - (range.endIndex % STEP)),
  });

interface FactTableProps {
  rows: readonly Row[];
  columns: readonly Column[];
  reference: string;
  sort: Sort;
  order: (sort: Sort) => void;
  acts: ColumnActs;
  fold: (category: string) => void;
  look: (fact: Fact) => void;
}

/** The facts in sight, side by side; thousands of them stay smooth, since only those in sight are drawn. */
export function FactTable(props: FactTableProps) {
  const { rows, columns, reference, sort, order, acts } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useNarrow() ? NARROW : WIDTHS;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: STEP,
    rangeExtractor: inSteps,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of rows may end above where one is
  useEffect(() => virtual.measure(), [rows.length]);
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  // The menus in the head cost more than all cells in sight: they are not drawn anew while one scrolls.
  const head = useMemo(
    () => (
      <thead>
        <tr aria-rowindex={1}>
          <SortHead by="fact" sort={sort} order={order} />
          <SortHead by="state" sort={sort} order={order} />
          {columns.map(column => (
            <th
              key={column.id}
              scope="col"
              className={column.id === reference ? "pl-compare__reference" : ""}
            >
              <ColumnHead column={column} isReference={column.id === reference} acts={acts} />
            </th>
          ))}
        </tr>
      </thead>
    ),
    [columns, reference, sort, order, acts],
  );
  const width = widths.fact + widths.state + columns.length * widths.column;
  return (
    <div
      className="pl-scroller pl-compare__table"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
      tabIndex={0}
      role="region"
      aria-label="Facts side by side"
    >
      <table
        className="pl-table pl-table--compare"
        aria-rowcount={rows.length + 1}
        style={{ minInlineSize: width, "--pl-fact-width": `${widths.fact}px` } as CSSProperties}
      >
        <colgroup>
          <col style={{ width: widths.fact }} />
          <col style={{ width: widths.state }} />
          {columns.map(column => (
            <col key={column.id} style={{ minWidth: widths.column }} />
          ))}
        </colgroup>
        {head}
        <tbody>
          {above > 0 && <Spacer height={above} span={columns.length + 2} />}
          {items.map(({ index }) => {
            const row = rows[index];
            if (!row) return null;
            return row.kind === "group" ? (
              <GroupLine
                key={`group ${row.category}`}
                row={row}
                index={index}
                span={columns.length}
                hasReference={reference !== ""}
                fold={props.fold}
              />
            ) : (
              <FactLine
                key={`${row.fact.category} ${row.fact.name} ${row.kind === "value" ? row.at : ""}`}
                row={row}
                index={index}
                columns={columns}
                reference={reference}
                look={props.look}
              />
            );
          })}
          {below > 0 && <Spacer height={below} span={columns.length + 2} />}
        </tbody>
      </table>
    </div>
  );
}

interface GroupLineProps {
  row: GroupRow;
  index: number;
  span: number;
  hasReference: boolean;
  fold: (category: string) => void;
}

function GroupLine({ row, index, span, hasReference, fold }: GroupLineProps) {
  const name = categoryName(row.category);
  return (
    <tr className="pl-row pl-compare__group" aria-rowindex={index + 2}>
      <th scope="rowgroup">
        <button
          type="button"
          aria-expanded={!row.isFolded}
          title={row.category}
          onClick={() => fold(row.category)}
        >
          {row.isFolded ? <AngleRightIcon aria-hidden /> : <AngleDownIcon aria-hidden />}
          <span className="pl-compare__groupname">{name}</span>
        </button>
      </th>
      <td>
        <StateMark state={row.state} hasReference={hasReference} />
      </td>
      <td colSpan={span} className="pl-subtle pl-num">
        {row.shown === row.all ? count(row.all) : `${count(row.shown)} of ${count(row.all)}`}
      </td>
    </tr>
  );
}

/** The room of the rows out of sight. */
function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden className="pl-spacer" style={{ height }}>
      <td colSpan={span} />
    </tr>
  );
}
