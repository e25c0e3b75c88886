import "./hosts.css";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Action } from "../../actions";
import { AddMachine } from "../../actions/AddMachine";
import { hostPage } from "../../api/queries";
import { type HostSearch, hostsPath, isFiltered } from "../../api/search";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useNarrow, useWithinEnd } from "../../parts/hooks";
import { Picker } from "../../parts/Picker";
import { BulkBar } from "./BulkBar";
import { CardsBar } from "./CardsBar";
import { CollectingBar } from "./CollectingBar";
import { COLUMNS, chosenColumns, USUAL } from "./columns";
import { Foot } from "./Foot";
import { Chips } from "./filters/Chips";
import { Toolbar } from "./filters/Toolbar";
import { unfiltered } from "./filters/vocabulary";
import { HostTable } from "./HostTable";
import { useAllPages, useOnePage } from "./pages";
import { RequestMenu } from "./RequestMenu";
import { useSelection } from "./selection";
import { useEveryone } from "./useEveryone";
import { useListKeys } from "./useListKeys";
import { Views } from "./Views";
import { rememberColumns, rememberedColumns } from "./views";

interface HostListProps {
  search: HostSearch;
  /** Goes to another search: one step back leads here again. */
  go: (search: HostSearch) => void;
  /** Puts another one in the place of the address, which cannot be shown. */
  correct: (search: HostSearch) => void;
  /** The list is that of a group's members. */
  group?: string;
  /** What stands there when there is not a single host. */
  nothing: ReactNode;
}

const PER_PAGE = 50;

/** A list of hosts with its filters; everything that it shows is in the address. */
export function HostList({ search, go, correct, group, nothing }: HostListProps) {
  const asked = useMemo(
    () => (group ? { ...search, group_id: [group], group_name: undefined } : search),
    [search, group],
  );
  const change = (changed: Partial<HostSearch>) => go({ ...search, page: undefined, ...changed });
  const perPage = search.per_page ?? PER_PAGE;
  const all = search.view === "all";
  const columns = useMemo(() => chosenColumns(search.columns ?? rememberedColumns()), [search.columns]);
  const wanted = {
    tags: columns.some(column => column.id === "tags"),
    changes: columns.some(column => column.id === "updated"),
  };
  const table = useRef<HTMLDivElement>(null);
  const isNear = () =>
    table.current?.matches(":hover") === true || table.current?.contains(document.activeElement) === true;
  const one = useOnePage(asked, perPage, wanted, !all, isNear);
  const whole = useAllPages(asked, wanted, all);
  const list = all ? whole : one;
  const selection = useSelection(() => list.loaded);
  const total = list.total ?? 0;
  const [action, setAction] = useState<Action>();
  const { progress, collect, stop } = useEveryone(asked, "Not all are chosen");
  const isNarrow = useNarrow();
  const router = useRouter();
  const open = (id: string) => router.history.push(`/hosts/${id}`);
  useListKeys({
    table,
    some: selection.chosen.size > 0,
    act: setAction,
    open,
  });

  // After a deletion the page may lie beyond the end.
  const pages = Math.max(1, Math.ceil(total / perPage));
  const beyond = !all && list.total !== undefined && !list.isStale && (search.page ?? 1) > pages;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it becomes so
  useEffect(() => {
    if (beyond) correct({ ...search, page: pages > 1 ? pages : undefined });
  }, [beyond]);

  const isBeyond = useWithinEnd(all ? null : list.error, search.page ?? 1, page =>
    correct({ ...search, page }),
  );

  const filtered = isFiltered(search);
  const unknown = useQuery({
    ...hostPage(group ? { group_id: [group] } : {}, 1, 1),
    enabled: filtered && total === 0,
  });
  const isEmpty = filtered ? unknown.data?.total === 0 : true;
  if (list.total === 0 && !list.isStale && isEmpty && !list.error) return nothing;

  const clear = () => go(unfiltered(search));
  return (
    <div className="pl-list">
      <Toolbar search={search} change={change} inGroup={group !== undefined}>
        <span className="pl-columns">
          <Picker
            title="Columns"
            uncounted
            choices={COLUMNS.filter(column => column.id !== "name").map(({ id, title }) => ({
              value: id,
              name: title,
            }))}
            chosen={columns.filter(column => column.id !== "name").map(column => column.id)}
            toggle={id => {
              const shown = columns.map(column => column.id);
              const next = shown.includes(id) ? shown.filter(each => each !== id) : [...shown, id];
              const inOrder = chosenColumns(next).map(column => column.id);
              const isUsual = inOrder.join() === USUAL.join();
              rememberColumns(isUsual ? undefined : inOrder);
              go({ ...search, columns: isUsual ? undefined : inOrder });
            }}
          />
        </span>
        {!group && <AddMachine />}
        <Views search={search} go={go} />
        <RequestMenu path={hostsPath(asked, search.page ?? 1, perPage)} search={asked} />
      </Toolbar>
      <Chips search={search} change={change} go={go} />
      {list.error && !isBeyond ? (
        <div className="pl-list__failure">
          <Failure error={list.error} what="The hosts cannot be shown" retry={list.retry} />
        </div>
      ) : (
        <div ref={table} className={`pl-list__table${list.isStale ? " pl-list__table--waiting" : ""}`}>
          {list.waiting > 0 && (
            <button type="button" className="pl-fresh" onClick={list.show}>
              {counted(list.waiting, "row")} new or moved, show
            </button>
          )}
          {isNarrow && list.loaded.length > 0 && (
            <CardsBar
              search={search}
              change={change}
              all={list.loaded.every(host => selection.chosen.has(host.id))}
              some={selection.chosen.size > 0}
              toggleAll={() => selection.toggleAll(list.loaded)}
            />
          )}
          <HostTable
            open={open}
            total={all ? total : list.isLoading ? 20 : list.loaded.length}
            hostAt={list.hostAt}
            besideOf={list.besideOf}
            columns={columns}
            search={search}
            change={change}
            selection={selection}
            loaded={list.loaded}
            onRange={list.onRange}
            label="Hosts"
            empty={<NothingFound what="host" clear={clear} />}
          />
          <BulkBar
            selection={selection}
            action={action}
            setAction={setAction}
            shown={list.loaded}
            total={total}
            chooseAll={() => void collect(selection.choose)}
          />
          {progress && (
            <div className="pl-collecting-all">
              <CollectingBar what="Choosing" progress={progress} stop={stop} />
            </div>
          )}
        </div>
      )}
      <Foot
        total={total}
        perPage={perPage}
        search={search}
        change={changed => go({ ...search, ...changed })}
      />
    </div>
  );
}
