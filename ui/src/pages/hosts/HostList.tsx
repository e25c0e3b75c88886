import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { hostPage } from "../../api/queries";
import { type HostSearch, hostsPath, isFiltered } from "../../api/search";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { Picker } from "../../parts/Picker";
import { BulkBar } from "./BulkBar";
import { COLUMNS, chosenColumns, USUAL } from "./columns";
import { Foot } from "./Foot";
import { Chips } from "./filters/Chips";
import { Toolbar } from "./filters/Toolbar";
import { unfiltered } from "./filters/vocabulary";
import { HostTable } from "./HostTable";
import { useAllPages, useOnePage } from "./pages";
import { RequestMenu } from "./RequestMenu";
import { useSelection } from "./selection";

interface HostListProps {
  search: HostSearch;
  /** Puts another search into the address. */
  replace: (search: HostSearch) => void;
  /** The list is that of a group's members. */
  group?: string;
  /** What stands there when there is not a single host. */
  nothing: ReactNode;
}

const PER_PAGE = 50;

/** A list of hosts with its filters; everything that it shows is in the address. */
export function HostList({ search, replace, group, nothing }: HostListProps) {
  const asked = useMemo(
    () => (group ? { ...search, group_id: [group], group_name: undefined } : search),
    [search, group],
  );
  const change = (changed: Partial<HostSearch>) => replace({ ...search, page: undefined, ...changed });
  const perPage = search.per_page ?? PER_PAGE;
  const all = search.view === "all";
  const columns = useMemo(() => chosenColumns(search.columns), [search.columns]);
  const withTags = columns.some(column => column.id === "tags");
  const one = useOnePage(asked, perPage, withTags, !all);
  const whole = useAllPages(asked, withTags, all);
  const list = all ? whole : one;
  const selection = useSelection(() => list.loaded);
  const total = list.total ?? 0;

  // After a deletion the page may lie beyond the end.
  const pages = Math.max(1, Math.ceil(total / perPage));
  const beyond = !all && list.total !== undefined && !list.isStale && (search.page ?? 1) > pages;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it becomes so
  useEffect(() => {
    if (beyond) replace({ ...search, page: pages > 1 ? pages : undefined });
  }, [beyond]);

  const filtered = isFiltered(search);
  const unknown = useQuery({
    ...hostPage(group ? { group_id: [group] } : {}, 1, 1),
    enabled: filtered && total === 0,
  });
  const isEmpty = filtered ? unknown.data?.total === 0 : true;
  if (list.total === 0 && !list.isStale && isEmpty && !list.error) return nothing;

  const clear = () => replace(unfiltered(search));
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
              replace({ ...search, columns: inOrder.join() === USUAL.join() ? undefined : inOrder });
            }}
          />
        </span>
        <RequestMenu path={hostsPath(asked, search.page ?? 1, perPage)} />
      </Toolbar>
      <Chips search={search} change={change} replace={replace} />
      {list.error ? (
        <div className="pl-list__failure">
          <Failure error={list.error} what="The hosts cannot be shown" retry={list.retry} />
        </div>
      ) : (
        <div className={`pl-list__table${list.isStale ? " pl-list__table--waiting" : ""}`}>
          <HostTable
            total={all ? total : list.isLoading ? 20 : list.loaded.length}
            hostAt={list.hostAt}
            tagsOf={list.tagsOf}
            columns={columns}
            search={search}
            change={change}
            selection={selection}
            loaded={list.loaded}
            onRange={list.onRange}
            label="Hosts"
            empty={<NothingFound what="host" clear={clear} />}
          />
          <BulkBar selection={selection} />
        </div>
      )}
      <Foot
        total={total}
        perPage={perPage}
        search={search}
        change={changed => replace({ ...search, ...changed })}
      />
    </div>
  );
}
