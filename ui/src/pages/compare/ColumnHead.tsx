import ClipboardCheckIcon from "@patternfly/react-icons/dist/esm/icons/clipboard-check-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import HistoryIcon from "@patternfly/react-icons/dist/esm/icons/history-icon";
import OutlinedStarIcon from "@patternfly/react-icons/dist/esm/icons/outlined-star-icon";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import StarIcon from "@patternfly/react-icons/dist/esm/icons/star-icon";
import TimesIcon from "@patternfly/react-icons/dist/esm/icons/times-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { pastStatesOf } from "../../api/history";
import { exact } from "../../parts/format";
import { Picker } from "../../parts/Picker";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";
import type { Column, ColumnKind } from "./report";

const KINDS: Record<ColumnKind, { name: string; Icon: typeof ServerIcon }> = {
  baseline: { name: "Baseline", Icon: ClipboardCheckIcon },
  host: { name: "Host", Icon: ServerIcon },
  past: { name: "Past state", Icon: HistoryIcon },
};

export interface ColumnActs {
  /** Makes it the reference, or none. */
  refer: (id: string | undefined) => void;
  remove: (column: Column) => void;
  /** The past states that are compared, and how one comes and goes. */
  past: readonly string[];
  togglePast: (id: string) => void;
}

/** What a column is, and what can be done with it. */
export function ColumnHead({ column: raw, isReference, acts }: HeadProps) {
  const column = { ...raw, name: visible(raw.name) };
  const { name, Icon } = KINDS[column.kind];
  return (
    <div className="pl-colhead">
      <span className="pl-colhead__name">
        <Icon aria-label={name} role="img" />
        <Name column={column} />
      </span>
      <span className="pl-colhead__line">
        {column.isBare ? (
          <span
            className="pl-colhead__bare"
            title="This host has reported no profile: every fact of it is missing"
          >
            <ExclamationTriangleIcon aria-hidden /> no profile
          </span>
        ) : (
          column.at && <RelativeTime at={column.at} />
        )}
        <span className="pl-colhead__acts">
          <button
            type="button"
            aria-pressed={isReference}
            aria-label={`${column.name} is the reference`}
            title={isReference ? "The others are compared with this one" : "Compare the others with this one"}
            onClick={() => acts.refer(isReference ? undefined : column.id)}
          >
            {isReference ? <StarIcon /> : <OutlinedStarIcon />}
          </button>
          {column.kind === "host" && <PastStates column={column} acts={acts} />}
          <button
            type="button"
            aria-label={`Leave out ${column.name}`}
            title="Leave it out"
            onClick={() => acts.remove(column)}
          >
            <TimesIcon />
          </button>
        </span>
      </span>
    </div>
  );
}

interface HeadProps {
  column: Column;
  isReference: boolean;
  acts: ColumnActs;
}

function Name({ column }: { column: Column }) {
  if (column.kind === "baseline") {
    return (
      <Link to="/baselines/$id" params={{ id: column.id }} title={column.name}>
        {column.name}
      </Link>
    );
  }
  return (
    <Link to="/hosts/$id" params={{ id: column.host ?? column.id }} title={column.name}>
      {column.name}
    </Link>
  );
}

/** The earlier states of a host, to be compared beside it; asked for when somebody wants them. */
function PastStates({ column, acts }: { column: Column; acts: ColumnActs }) {
  const [wanted, setWanted] = useState(false);
  const past = useQuery({ ...pastStatesOf(column.id), enabled: wanted });
  return (
    <Picker
      title={`Earlier states of ${column.name}`}
      icon={<HistoryIcon />}
      opened={() => setWanted(true)}
      choices={(past.data ?? []).map(state => ({ value: state.id, name: exact(state.captured_date) }))}
      chosen={acts.past}
      toggle={acts.togglePast}
      isLoading={past.isLoading}
      none={past.error ? past.error.message : "There are no earlier states"}
    />
  );
}
