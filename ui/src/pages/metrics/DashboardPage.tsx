import "./metrics.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type DashboardType, oneDashboard } from "../../api/metrics";
import { Failure } from "../../parts/Failure";
import { useTitle } from "../../parts/hooks";
import { AlertBoardView } from "./alerts/AlertBoardView";
import { BoardView } from "./board/BoardView";

const route = getRouteApi("/dashboards/$type/$name");

/** One dashboard: of charts, or of thresholds. */
export function DashboardPage() {
  const { type, name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle(name);
  const known = type === "time_series" || type === "alert";
  const stored = useQuery({ ...oneDashboard(type as DashboardType, name), enabled: known });
  const change = (changed: Partial<typeof search>, replace = true) =>
    void navigate({ search: { ...search, ...changed }, replace });
  const parts = { search, change };
  return (
    <div className="pl-page pl-metrics">
      <p className="pl-crumb">
        <Link to="/dashboards">Metrics</Link>
      </p>
      {!known && <h1 className="pl-title">There are no dashboards of type {type}</h1>}
      {stored.error && (
        <>
          <h1 className="pl-title">{name}</h1>
          <Failure
            error={stored.error}
            what="The dashboard cannot be shown"
            retry={() => void stored.refetch()}
          />
        </>
      )}
      {known && !stored.data && !stored.error && <div className="pl-loading" />}
      {stored.data &&
        (stored.data.type === "alert" ? (
          <AlertBoardView key={name} stored={stored.data} {...parts} />
        ) : (
          <BoardView key={name} stored={stored.data} {...parts} />
        ))}
    </div>
  );
}
