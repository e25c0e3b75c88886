import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import ListIcon from "@patternfly/react-icons/dist/esm/icons/list-ul-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Baseline } from "../../api/baselines";
import { NothingFound } from "../../parts/Empty";
import { counted } from "../../parts/format";
import { NameField } from "../../parts/NameField";
import { SortedHead } from "../../parts/SortedHead";
import { EditorRow } from "./EditorRow";
import { FactDialog, type FactTask } from "./FactDialog";
import { type FactRow, keyOf, rowsOf } from "./facts";
import { RemoveFacts } from "./RemoveFacts";
import type { FactSort } from "./search";

const ROW = 34;

interface FactEditorProps {
  baseline: Baseline;
  find: string;
  look: (find: string | undefined) => void;
  sort: FactSort | undefined;
  order: (sort: FactSort | undefined) => void;
}

/** The facts of a baseline, category by category, and what can be done with them. */
export function FactEditor({ baseline, find, look, sort, order }: FactEditorProps) {
  const facts = useMemo(() => baseline.baseline_facts ?? [], [baseline]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<ReadonlyMap<string, FactRow>>(new Map());
  const [task, setTask] = useState<FactTask>();
  const [removing, setRemoving] = useState<readonly FactRow[]>();
  // After a change other facts stand in these places.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the facts are others
  useEffect(() => setChosen(new Map()), [facts]);
  const rows = useMemo(() => rowsOf(facts, folded, find, sort), [facts, folded, find, sort]);
  const fold = (name: string) => {
    const after = new Set(folded);
    if (!after.delete(name)) after.add(name);
    setFolded(after);
  };
  const toggle = (row: FactRow) => {
    const after = new Map(chosen);
    if (!after.delete(keyOf(row))) after.set(keyOf(row), row);
    setChosen(after);
  };
  const add = (
    <>
      <Button size="sm" icon={<PlusIcon />} onClick={() => setTask({ kind: "add fact" })}>
        Add fact
      </Button>
      <Button size="sm" variant="secondary" onClick={() => setTask({ kind: "add category" })}>
        Add category
      </Button>
    </>
  );
  return (
    <div className="pl-list">
      {facts.length > 0 && (
        <div className="pl-toolbar">
          <NameField
            asked={find}
            ask={text => look(text || undefined)}
            placeholder="Fact or value"
            label="Filter by fact or value"
          />
          <span className="pl-toolbar__end">
            {chosen.size > 0 && (
              <Button
                size="sm"
                variant="secondary"
                isDanger
                onClick={() => setRemoving([...chosen.values()])}
              >
                Delete {counted(chosen.size, "row")}
              </Button>
            )}
            {add}
          </span>
        </div>
      )}
      {facts.length === 0 ? (
        <EmptyState titleText="No facts or categories yet" headingLevel="h2" icon={ListIcon} variant="sm">
          <EmptyStateBody>
            Add what hosts should be: a fact as the hosts report it, such as <code>selinux_current_mode</code>
            , or a category such as <code>installed_packages</code> with facts in it.
          </EmptyStateBody>
          <EmptyStateFooter>
            <span className="pl-baseline__acts">{add}</span>
          </EmptyStateFooter>
        </EmptyState>
      ) : (
        <EditorTable
          rows={rows}
          chosen={chosen}
          toggle={toggle}
          fold={fold}
          setTask={setTask}
          remove={row => setRemoving([row])}
          clear={() => look(undefined)}
          sort={sort}
          order={order}
        />
      )}
      {task && <FactDialog baseline={baseline} task={task} close={() => setTask(undefined)} />}
      {removing && <RemoveFacts baseline={baseline} rows={removing} close={() => setRemoving(undefined)} />}
    </div>
  );
}

interface EditorTableProps {
  rows: readonly FactRow[];
  chosen: ReadonlyMap<string, FactRow>;
  toggle: (row: FactRow) => void;
  fold: (name: string) => void;
  setTask: (task: FactTask) => void;
  remove: (row: FactRow) => void;
  clear: () => void;
  sort: FactSort | undefined;
  order: (sort: FactSort | undefined) => void;
}

function EditorTable({ rows, chosen, clear, sort, order, ...acts }: EditorTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="pl-list__table">
      <div
        className="pl-scroller"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
        tabIndex={0}
        role="region"
        aria-label="Facts of the baseline"
      >
        <table className="pl-table pl-table--facts" aria-rowcount={rows.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className="pl-table__check">
                <span className="pl-hidden">Chosen</span>
              </th>
              <FactHead by="name" title="Fact" sort={sort} order={order} />
              <FactHead by="value" title="Value" sort={sort} order={order} />
              <th scope="col" className="pl-col-acts">
                <span className="pl-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {above > 0 && <Spacer height={above} />}
            {items.map(({ index }) => {
              const row = rows[index];
              return (
                row && (
                  <EditorRow
                    key={keyOf(row)}
                    row={row}
                    index={index}
                    isChosen={chosen.has(keyOf(row))}
                    {...acts}
                  />
                )
              );
            })}
            {below > 0 && <Spacer height={below} />}
          </tbody>
        </table>
        {rows.length === 0 && <NothingFound what="fact" clear={clear} />}
      </div>
    </div>
  );
}

interface FactHeadProps {
  by: "name" | "value";
  title: string;
  sort: FactSort | undefined;
  order: (sort: FactSort | undefined) => void;
}

/** A click orders by it, the second one the other way round, the third one as the baseline was written. */
function FactHead({ by, title, sort, order }: FactHeadProps) {
  const is = sort === by ? "ascending" : sort === `-${by}` ? "descending" : "none";
  const next = { none: by, ascending: `-${by}` as const, descending: undefined }[is];
  return <SortedHead title={title} is={is} onClick={() => order(next)} />;
}

/** The room of the rows out of sight. */
function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden className="pl-spacer" style={{ height }}>
      <td colSpan={4} />
    </tr>
  );
}
