import { Button } from "@patternfly/react-core";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useMemo, useState } from "react";
import type { StoredDashboard } from "../../../api/metrics";
import { download } from "../../../parts/download";
import { Failure } from "../../../parts/Failure";
import { type Board, type Chart, newChart, readBoard, storedBoard } from "../document";
import { rangeOf, refreshOf, type TimeSearch } from "../search";
import { chosenOf, pairsOf, variablesOf } from "../variables";
import { ChartCard } from "./ChartCard";
import { ChartEditor } from "./ChartEditor";
import { NotesDialog } from "./NotesDialog";
import { TimeBar } from "./TimeBar";
import { useBoard } from "./useBoard";
import { useFilledGroups, Variables } from "./Variables";

interface BoardViewProps {
  stored: StoredDashboard;
  search: TimeSearch;
  change: (change: Partial<TimeSearch>, replace?: boolean) => void;
}

/** A dashboard of charts. */
export function BoardView({ stored, search, change }: BoardViewProps) {
  const { board, change: store, save, again } = useBoard(stored, readBoard, storedBoard);
  const [editing, setEditing] = useState<number>();
  const [noting, setNoting] = useState(false);
  const names = useMemo(() => variablesOf(board.charts), [board.charts]);
  const chosen = useMemo(() => chosenOf(search.var), [search.var]);
  const filled = useFilledGroups(names, chosen);
  const range = rangeOf(search);
  const { charts } = board;
  const put = (changed: readonly Chart[]) => store({ ...board, charts: [...changed] } satisfies Board);
  const edited = editing === undefined ? undefined : (charts[editing] ?? newChart());
  return (
    <>
      <header className="pl-metrics__head">
        <h1 className="pl-title">{board.name}</h1>
        <span className="pl-subtle" role="status">
          {save.isPending ? "storing…" : save.isSuccess ? "stored" : ""}
        </span>
        <span className="pl-toolbar__end">
          <Button
            size="sm"
            variant="link"
            onClick={() =>
              download(
                `${board.name}.json`,
                JSON.stringify({ ...stored, data: storedBoard(board, Date.now()) }, null, 2),
                "application/json",
              )
            }
          >
            Export
          </Button>
          <Button size="sm" variant="secondary" onClick={() => setNoting(true)}>
            Notes
          </Button>
          <Button size="sm" icon={<PlusIcon />} onClick={() => setEditing(charts.length)}>
            Add chart
          </Button>
        </span>
      </header>
      <div className="pl-metrics__bar">
        <Variables
          names={names}
          chosen={chosen}
          change={(name, values) => change({ var: pairsOf(new Map([...chosen, [name, [...values]]])) })}
        />
        <TimeBar search={search} change={change} otherwise="As stored" />
      </div>
      {save.error && <Failure error={save.error} what="The dashboard is not stored" retry={again} />}
      {charts.length === 0 && (
        <section className="pl-panel pl-metrics__empty">
          <h2>This dashboard is empty</h2>
          <p className="pl-subtle">A chart shows one or more expressions, or metrics from the list.</p>
          <Button size="sm" onClick={() => setEditing(0)}>
            Add the first chart
          </Button>
        </section>
      )}
      <div className="pl-board">
        {filled &&
          charts.map((chart, at) => (
            <ChartCard
              // biome-ignore lint/suspicious/noArrayIndexKey: charts have no name of their own, and their place is theirs
              key={at}
              chart={chart}
              range={range ?? chart.range}
              chosen={filled}
              refresh={refreshOf(search)}
              utc={search.zone !== "local"}
              notes={board.notes}
              zoom={(from, to) =>
                change({ from: Math.round(from), to: Math.round(to), last: undefined }, false)
              }
              first={at === 0}
              last={at === charts.length - 1}
              act={{
                up: () => put(swapped(charts, at - 1)),
                down: () => put(swapped(charts, at)),
                edit: () => setEditing(at),
                copy: () => put([...charts.slice(0, at + 1), chart, ...charts.slice(at + 1)]),
                remove: () => put(charts.filter((_, each) => each !== at)),
              }}
            />
          ))}
      </div>
      {edited && (
        <ChartEditor
          chart={edited}
          chosen={filled ?? chosen}
          utc={search.zone !== "local"}
          close={() => setEditing(undefined)}
          save={chart => {
            put(
              charts
                .map((each, at) => (at === editing ? chart : each))
                .concat(editing === charts.length ? [chart] : []),
            );
            setEditing(undefined);
          }}
        />
      )}
      {noting && (
        <NotesDialog
          notes={board.notes}
          close={() => setNoting(false)}
          save={notes => store({ ...board, notes })}
        />
      )}
    </>
  );
}

/** With the chart at a place and the next one changed over. */
const swapped = (charts: readonly Chart[], at: number) => {
  const [one, two] = [charts[at], charts[at + 1]];
  return one && two ? [...charts.slice(0, at), two, one, ...charts.slice(at + 2)] : charts;
};
