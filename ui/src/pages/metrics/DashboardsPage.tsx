import "./metrics.css";
import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, SearchInput } from "@patternfly/react-core";
import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import ChartLineIcon from "@patternfly/react-icons/dist/esm/icons/chart-line-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { dashboards, labelValues, type StoredDashboard } from "../../api/metrics";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { useSteps } from "../../parts/steps";
import { type BoardAction, BoardDialogs } from "./BoardDialogs";
import { readAlertBoard, readBoard } from "./document";
import { NoMetrics } from "./NoMetrics";

const route = getRouteApi("/dashboards");
const TYPES = [
  { type: undefined, name: "All" },
  { type: "time_series", name: "Charts" },
  { type: "alert", name: "Thresholds" },
] as const;

/** Every dashboard. */
export function DashboardsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [doing, setDoing] = useState<{ action: BoardAction; board?: StoredDashboard }>();
  useTitle("Metrics");
  const all = useQuery(dashboards);
  const names = useQuery(labelValues("__name__", undefined, 1));
  const step = useSteps(search, navigate, ["find"]);
  const change = (changed: Partial<typeof search>) => step({ ...search, ...changed });
  const find = (search.find ?? "").toLowerCase();
  const shown = (all.data ?? []).filter(
    board => (!search.type || board.type === search.type) && board.name.toLowerCase().includes(find),
  );
  const create = (
    <Button size="sm" icon={<PlusIcon />} onClick={() => setDoing({ action: "create" })}>
      New dashboard
    </Button>
  );
  const none = all.data?.length === 0;
  return (
    <div className="pl-page pl-metrics">
      <header className="pl-metrics__head">
        <h1 className="pl-title">Metrics</h1>
        {all.data && <span className="pl-subtle pl-num">{counted(all.data.length, "dashboard")}</span>}
        {!none && (
          <>
            <span className="pl-toolbar__name">
              <SearchInput
                value={search.find ?? ""}
                placeholder="Name"
                aria-label="Filter by name"
                onChange={(_, value) => change({ find: value || undefined })}
                onClear={() => change({ find: undefined })}
              />
            </span>
            <fieldset className="pl-switch pl-switch--text">
              <legend className="pl-hidden">Kind</legend>
              {TYPES.map(({ type, name }) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={search.type === type}
                  onClick={() => change({ type })}
                >
                  {name}
                </button>
              ))}
            </fieldset>
          </>
        )}
        <span className="pl-toolbar__end">
          <Link to="/dashboards/alerts" className="pl-metrics__explore">
            Alerts
          </Link>
          <Link to="/dashboards/series" className="pl-metrics__explore">
            Series
          </Link>
          <Link to="/dashboards/explore" className="pl-metrics__explore">
            Explore
          </Link>
          {!none && create}
        </span>
      </header>
      {all.error && (
        <Failure error={all.error} what="The dashboards cannot be shown" retry={() => void all.refetch()} />
      )}
      {none && (
        <EmptyState titleText="There is no dashboard yet" headingLevel="h2" icon={ChartLineIcon} variant="sm">
          <EmptyStateBody>
            A dashboard keeps charts side by side, or counts how often values pass a threshold.
          </EmptyStateBody>
          <EmptyStateFooter>{create}</EmptyStateFooter>
        </EmptyState>
      )}
      {names.data?.length === 0 && none && <NoMetrics />}
      {all.data && !none && shown.length === 0 && (
        <NothingFound what="dashboard" clear={() => change({ find: undefined, type: undefined })} />
      )}
      {shown.length > 0 && <BoardTable boards={shown} act={(action, board) => setDoing({ action, board })} />}
      {doing && <BoardDialogs {...doing} close={() => setDoing(undefined)} />}
    </div>
  );
}

interface BoardTableProps {
  boards: readonly StoredDashboard[];
  act: (action: BoardAction, board: StoredDashboard) => void;
}

function BoardTable({ boards, act }: BoardTableProps) {
  return (
    <table className="pl-table pl-panel pl-boards">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kind</th>
          <th scope="col">Content</th>
          <th scope="col">
            <span className="pl-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {boards.map(board => (
          <tr key={`${board.type} ${board.name}`} className="pl-row">
            <td>
              <Link to="/dashboards/$type/$name" params={board} className="pl-name">
                {board.name || "(no name)"}
              </Link>
            </td>
            <td>
              {board.type === "alert" ? <BellIcon aria-hidden /> : <ChartLineIcon aria-hidden />}{" "}
              {board.type === "alert" ? "thresholds" : "charts"}
            </td>
            <td className="pl-subtle pl-num">{contentOf(board)}</td>
            <td className="pl-table__numeric">
              <Button
                variant="link"
                size="sm"
                aria-label={`Copy ${board.name}`}
                onClick={() => act("copy", board)}
              >
                Copy
              </Button>
              <Button
                variant="link"
                size="sm"
                isDanger
                aria-label={`Delete ${board.name}`}
                onClick={() => act("delete", board)}
              >
                Delete
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const contentOf = ({ type, name, data }: StoredDashboard) =>
  type === "alert"
    ? counted(readAlertBoard(name, data).alerts.length, "threshold")
    : counted(readBoard(name, data).charts.length, "chart");
