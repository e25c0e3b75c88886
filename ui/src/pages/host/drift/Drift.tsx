import "./drift.css";
import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from "@patternfly/react-core";
import ClipboardCheckIcon from "@patternfly/react-icons/dist/esm/icons/clipboard-check-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { baselinesOfHost } from "../../../api/baselines";
import { pastStatesOf } from "../../../api/history";
import type { Host } from "../../../api/types";
import { Failure } from "../../../parts/Failure";
import { exact } from "../../../parts/format";
import { CreateDialog } from "../../baselines/CreateDialog";
import { Against } from "./Against";
import { Associate } from "./Associate";

/** So many baselines are compared at once; of more the others are only named. */
const COMPARED = 12;
/** So many earlier states are listed; the others are found on the page of comparisons. */
const LISTED = 8;

/** How a host stands to what it should be, and to what it was. */
export default function Drift({ host }: { host: Host }) {
  const baselines = useQuery(baselinesOfHost(host.id));
  const [doing, setDoing] = useState<"associate" | "create">();
  if (baselines.error) {
    return (
      <Failure
        error={baselines.error}
        what="The baselines of this host cannot be shown"
        retry={() => void baselines.refetch()}
      />
    );
  }
  if (!baselines.data) return <div className="pl-loading" />;
  const known = baselines.data;
  const acts = (
    <>
      <Button variant="secondary" size="sm" onClick={() => setDoing("associate")}>
        Choose a baseline
      </Button>
      <Button variant="link" size="sm" onClick={() => setDoing("create")}>
        Make one from this host
      </Button>
    </>
  );
  return (
    <div className="pl-drift">
      {known.length === 0 ? (
        <EmptyState
          titleText="No baseline is for this host"
          headingLevel="h2"
          icon={ClipboardCheckIcon}
          variant="sm"
        >
          <EmptyStateBody>
            A baseline says what hosts should be; here stands how this one differs.
          </EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions>{acts}</EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      ) : (
        <>
          {known.slice(0, COMPARED).map(baseline => (
            <Against key={baseline.id} host={host.id} baseline={baseline} />
          ))}
          {known.length > COMPARED && (
            <p className="pl-subtle">
              Also for this host:{" "}
              {known
                .slice(COMPARED)
                .map(each => each.display_name)
                .join(", ")}
            </p>
          )}
          <p className="pl-drift__acts">{acts}</p>
        </>
      )}
      <Earlier host={host.id} />
      {doing === "associate" && (
        <Associate host={host} known={known.map(each => each.id)} close={() => setDoing(undefined)} />
      )}
      {doing === "create" && (
        <CreateDialog
          start={{ from: "host", id: host.id, name: host.display_name }}
          close={() => setDoing(undefined)}
        />
      )}
    </div>
  );
}

/** What it was: each leads to the two side by side. */
function Earlier({ host }: { host: string }) {
  const past = useQuery(pastStatesOf(host));
  if (!past.data || past.data.length === 0) return null;
  return (
    <section className="pl-section" aria-labelledby="earlier-states">
      <h2 id="earlier-states">Against what it was</h2>
      <ul className="pl-drift__earlier">
        {past.data.slice(0, LISTED).map(state => (
          <li key={state.id}>
            <Link to="/compare" search={{ system_ids: [host], hsp_ids: [state.id], reference_id: state.id }}>
              {exact(state.captured_date)}
            </Link>
          </li>
        ))}
        {past.data.length > LISTED && (
          <li>
            <Link to="/compare" search={{ system_ids: [host], add: "states" }}>
              and earlier ones
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}
