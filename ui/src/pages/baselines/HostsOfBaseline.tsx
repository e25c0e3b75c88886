import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Baseline, hostsOfBaseline } from "../../api/baselines";
import { hostsOf } from "../../api/queries";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { GroupPicker } from "../../parts/GroupPicker";
import { toggled } from "../../parts/toggled";
import { MOST } from "../compare/search";
import { Turner } from "../groups/Turner";
import { AddHostsToBaseline, RemoveHosts } from "./HostDialogs";
import { HostRow } from "./HostRow";

const PER_PAGE = 50;

/** The hosts that a baseline is for. */
export function HostsOfBaseline({ baseline }: { baseline: Baseline }) {
  const navigate = useNavigate();
  const everyone = useQuery(hostsOfBaseline(baseline.id));
  const [groups, setGroups] = useState<readonly string[]>([]);
  const ids = useQuery(hostsOfBaseline(baseline.id, groups));
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<"add" | "remove">();
  const all = ids.data ?? [];
  const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
  const at = Math.min(page, pages);
  const shown = all.slice((at - 1) * PER_PAGE, at * PER_PAGE);
  const hosts = useQuery(hostsOf(shown));
  const error = ids.error ?? hosts.error;
  const toggle = (id: string) => {
    const after = new Set(chosen);
    if (!after.delete(id)) after.add(id);
    setChosen(after);
  };
  const compare = (some: readonly string[]) =>
    void navigate({
      to: "/compare",
      search: {
        system_ids: some.slice(0, MOST - 1),
        baseline_ids: [baseline.id],
        "filter[show]": "baseline",
      },
    });
  const add = (
    <Button size="sm" variant="secondary" icon={<PlusIcon />} onClick={() => setDoing("add")}>
      Add hosts
    </Button>
  );
  const isAll = shown.length > 0 && shown.every(id => chosen.has(id));
  const chosenIds = all.filter(id => chosen.has(id));
  return (
    <div className="pl-list pl-baseline__hosts">
      {error && (
        <div className="pl-list__failure">
          <Failure
            error={error}
            what="The hosts cannot be shown"
            retry={() => {
              void ids.refetch();
              void hosts.refetch();
            }}
          />
        </div>
      )}
      {everyone.data?.length === 0 && (
        <EmptyState
          titleText="This baseline is for no host yet"
          headingLevel="h2"
          icon={ServerIcon}
          variant="sm"
        >
          <EmptyStateBody>
            Hosts that it is for are compared with it whenever they report, and drift is told.
          </EmptyStateBody>
          <EmptyStateFooter>{add}</EmptyStateFooter>
        </EmptyState>
      )}
      {everyone.data && everyone.data.length > 0 && !error && (
        <>
          <div className="pl-toolbar">
            <GroupPicker
              chosen={groups}
              toggle={name => {
                setGroups(toggled(groups, name) ?? []);
                setPage(1);
              }}
            />
            <span className="pl-subtle pl-num">{counted(all.length, "host")}</span>
            <span className="pl-toolbar__end">
              {chosenIds.length > 0 && (
                <Button size="sm" variant="secondary" isDanger onClick={() => setDoing("remove")}>
                  Take out {counted(chosenIds.length, "host")}
                </Button>
              )}
              <Button
                size="sm"
                variant="secondary"
                onClick={() => compare(chosenIds.length > 0 ? chosenIds : shown)}
              >
                Compare
              </Button>
              {add}
            </span>
          </div>
          <div className="pl-baseline__scroll">
            <table className="pl-table" aria-label={`Hosts of ${baseline.display_name}`}>
              <thead>
                <tr>
                  <th scope="col" className="pl-table__check">
                    <label>
                      <input
                        type="checkbox"
                        checked={isAll}
                        onChange={() => setChosen(new Set(isAll ? [] : shown))}
                        aria-label="Choose all rows"
                      />
                    </label>
                  </th>
                  <th scope="col">Name</th>
                  <th scope="col" className="pl-col-state">
                    State
                  </th>
                  <th scope="col" className="pl-col-os">
                    System
                  </th>
                  <th scope="col" className="pl-col-seen pl-table__numeric">
                    Last seen
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map(id => (
                  <HostRow
                    key={id}
                    id={id}
                    host={hosts.data?.find(host => host.id === id)}
                    isLoading={hosts.isFetching}
                    isChosen={chosen.has(id)}
                    toggle={toggle}
                  />
                ))}
              </tbody>
            </table>
          </div>
          {ids.data && all.length === 0 && <NothingFound what="host" clear={() => setGroups([])} />}
          <Turner page={at} pages={pages} go={setPage} />
        </>
      )}
      {doing === "add" && (
        <AddHostsToBaseline
          baseline={baseline}
          present={everyone.data ?? []}
          close={() => setDoing(undefined)}
        />
      )}
      {doing === "remove" && (
        <RemoveHosts
          baseline={baseline}
          ids={chosenIds}
          close={() => setDoing(undefined)}
          done={() => setChosen(new Set())}
        />
      )}
    </div>
  );
}
