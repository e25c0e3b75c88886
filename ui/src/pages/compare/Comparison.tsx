import { Button } from "@patternfly/react-core";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { type Asked, comparisonPath, type Report } from "../../api/drift";
import { NothingFound } from "../../parts/Empty";
import { count } from "../../parts/format";
import { loaded } from "../../parts/loaded";
import type { ColumnActs } from "./ColumnHead";
import { FactTable } from "./FactTable";
import { FilterChips, Filters } from "./Filters";
import { Menu } from "./Menu";
import { NothingDiffers } from "./Nothing";
import { type Column, columnsOf, type Fact, factsOf } from "./report";
import { filterOf, groupsOf, rowsOf, shownAs } from "./rows";
import { type CompareSearch, SHOWN, sizeOf, sorted, sortOf, USUAL, unfiltered, without } from "./search";

const FactDialog = lazy(() => loaded(() => import("./FactDialog")));

interface ComparisonProps {
  report: Report;
  asked: Asked;
  isStale: boolean;
  search: CompareSearch;
  /** Goes to another comparison, or to another look at this one. */
  go: (search: CompareSearch) => void;
  again: () => void;
}

/** A report as a table with filters. */
export function Comparison({ report, asked, isStale, search, go, again }: ComparisonProps) {
  const change = (changed: Partial<CompareSearch>) => go({ ...search, ...changed });
  const [looked, setLooked] = useState<Fact>();
  const look = useCallback((fact: Fact) => setLooked(fact), []);
  const reference = asked.reference_id;
  const columns = useMemo(() => columnsOf(report, reference), [report, reference]);
  const facts = useMemo(() => factsOf(report, columns, reference), [report, columns, reference]);
  const baselines = useMemo(
    () => columns.flatMap((column, at) => (column.kind === "baseline" ? [at] : [])),
    [columns],
  );
  const groups = useMemo(
    () => groupsOf(facts, filterOf(search, baselines), sortOf(search)),
    [facts, search, baselines],
  );
  const folded = search.folded ?? [];
  const states = search["filter[state]"] ?? USUAL;
  const rows = useMemo(() => rowsOf(groups, search.folded ?? [], states), [groups, search.folded, states]);

  const shown = groups.flatMap(group => group.facts);
  const isAllFolded = groups.length > 0 && groups.every(group => folded.includes(group.name));
  const fold = (category: string) => {
    const after = folded.includes(category)
      ? folded.filter(each => each !== category)
      : [...folded, category];
    change({ folded: after.length > 0 ? after : undefined });
  };
  const acts: ColumnActs = {
    refer: id => change({ reference_id: id ?? (asked.baseline_ids.length > 0 ? "" : undefined) }),
    remove: column => go(without(search, [column.id, ...pastOf(column, columns)])),
    past: asked.historical_system_profile_ids,
    togglePast: id =>
      go(
        search.hsp_ids?.includes(id)
          ? without(search, [id])
          : { ...search, hsp_ids: [...(search.hsp_ids ?? []), id] },
      ),
  };
  const nothingDiffers = facts.every(fact => shownAs(fact.state) === "same");
  const clear = () => go(unfiltered(search));
  return (
    <>
      <LeftOut asked={asked} columns={columns} isStale={isStale} />
      <Filters search={search} change={change} facts={facts} hasBaseline={baselines.length > 0}>
        <span className="pl-subtle pl-num" role="status">
          {count(shown.length)} of {count(facts.length)} facts
        </span>
        <Button
          variant="link"
          size="sm"
          isDisabled={groups.length === 0}
          onClick={() => change({ folded: isAllFolded ? undefined : groups.map(group => group.name) })}
        >
          {isAllFolded ? "Unfold all" : "Fold all"}
        </Button>
        <Menu
          facts={shown}
          columns={columns}
          reference={reference}
          path={comparisonPath(asked)}
          again={again}
          startOver={() => go({})}
        />
      </Filters>
      <FilterChips search={search} change={change} />
      <div className={`pl-list__table${isStale ? " pl-list__table--waiting" : ""}`}>
        <FactTable
          rows={rows}
          columns={columns}
          reference={reference}
          sort={sortOf(search)}
          order={sort => change({ sort: sorted(sort) })}
          acts={acts}
          fold={fold}
          look={look}
        />
        {rows.length === 0 && (
          <div className="pl-compare__none">
            {nothingDiffers && !states.includes("same") ? (
              <NothingDiffers
                size={sizeOf(search)}
                all={() => change({ "filter[state]": [...SHOWN] })}
                add={() => change({ add: "hosts" })}
              />
            ) : (
              <NothingFound what="fact" clear={clear} />
            )}
          </div>
        )}
      </div>
      {looked && (
        <Suspense fallback={null}>
          <FactDialog
            fact={looked}
            columns={columns}
            reference={reference}
            close={() => setLooked(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

/** With a host its past states go. */
const pastOf = (column: Column, columns: readonly Column[]) =>
  column.kind === "host"
    ? columns.filter(each => each.kind === "past" && each.host === column.id).map(each => each.id)
    : [];

/** What was asked for and is not in the answer: the API leaves CentOS hosts out without a word. */
function LeftOut({
  asked,
  columns,
  isStale,
}: {
  asked: Asked;
  columns: readonly Column[];
  isStale: boolean;
}) {
  const shown = new Set(columns.map(column => column.id));
  const gone = [...asked.system_ids, ...asked.historical_system_profile_ids].filter(id => !shown.has(id));
  if (gone.length === 0 || isStale) return null;
  return (
    <p className="pl-compare__leftout" role="note">
      {gone.length === 1 ? "One host is" : `${count(gone.length)} hosts are`} left out: CentOS hosts are not
      compared, as in the service that this API comes from.
    </p>
  );
}
