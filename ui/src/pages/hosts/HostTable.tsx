import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import type { HostSearch } from "../../api/search";
import type { Host } from "../../api/types";
import { useLive } from "../../frame/live";
import { useNarrow } from "../../parts/hooks";
import type { Beside, Column } from "./columns";
import { Head } from "./Head";
import { Bones, Row } from "./Row";
import type { Selection } from "./selection";

/** The heights of rows and cards; styles/table.css has the same. */
const ROW = 34;
const CARD = 64;

export interface Range {
  from: number;
  to: number;
}

interface HostTableProps {
  total: number;
  hostAt: (index: number) => Host | undefined;
  besideOf: (id: string) => Beside;
  columns: readonly Column[];
  search: HostSearch;
  change: (change: Partial<HostSearch>) => void;
  selection: Selection;
  /** Those that are loaded: what "all" means. */
  loaded: readonly Host[];
  onRange?: (range: Range) => void;
  label: string;
  empty?: ReactNode;
  /** Opens a host: on a phone by a touch of its card. */
  open: (id: string) => void;
}

/** The rows in sight of a list of any length. Every row is equally high, so the bar tells the truth. */
export function HostTable(props: HostTableProps) {
  const { total, hostAt, besideOf, columns, selection, loaded, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const height = narrow ? CARD : ROW;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height means that all are measured anew
  useEffect(() => rows.measure(), [height]);

  const { touched } = useLive();
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= 0) onRange?.({ from: first, to: last });
  }, [first, last, onRange]);

  const opens = useRef(props.open);
  opens.current = props.open;
  useEffect(() => {
    const element = scroller.current;
    if (!narrow || !element) return;
    const touch = ({ target }: MouseEvent) => {
      const at = target as HTMLElement;
      // What is chosen, or a link, goes its own way.
      if (at.closest("a, button, label, input")) return;
      const id = at.closest<HTMLElement>("tr[data-host]")?.dataset.host;
      if (id) opens.current(id);
    };
    element.addEventListener("click", touch);
    return () => element.removeEventListener("click", touch);
  }, [narrow]);

  const width = columns.reduce((sum, column) => sum + column.width, 40);
  const above = shown[0]?.start ?? 0;
  const below = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const all = loaded.length > 0 && loaded.every(host => selection.chosen.has(host.id));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
    <div className="pl-scroller" ref={scroller} tabIndex={0} role="region" aria-label={props.label}>
      <table
        className="pl-table pl-table--hosts"
        aria-rowcount={total + 1}
        style={{ "--pl-table-width": `${width}px` } as CSSProperties}
      >
        <colgroup>
          <col style={{ width: 40 }} />
          {columns.map(column => (
            <col key={column.id} style={column.wide ? { minWidth: column.width } : { width: column.width }} />
          ))}
        </colgroup>
        <Head
          columns={columns}
          search={props.search}
          change={props.change}
          all={all}
          some={selection.chosen.size > 0}
          toggleAll={() => selection.toggleAll(loaded)}
        />
        <tbody>
          {above > 0 && <Spacer height={above} columns={columns.length + 1} />}
          {shown.map(({ index }) => {
            const host = hostAt(index);
            return host ? (
              <Row
                key={host.id}
                host={host}
                {...besideOf(host.id)}
                columns={columns}
                index={index}
                chosen={selection.chosen.has(host.id)}
                touched={touched.has(host.id)}
                toggle={selection.toggle}
              />
            ) : (
              <Bones key={`at ${index}`} columns={columns.length} index={index} />
            );
          })}
          {below > 0 && <Spacer height={below} columns={columns.length + 1} />}
        </tbody>
      </table>
      {total === 0 && props.empty}
    </div>
  );
}

/** The room of the rows out of sight. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden className="pl-spacer" style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}
