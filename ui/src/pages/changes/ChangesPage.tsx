import "./changes.css";
import "../overview/overview.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import HistoryIcon from "@patternfly/react-icons/dist/esm/icons/history-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { changesByCause } from "../../api/changes";
import { failureOf } from "../../api/client";
import { useMoment } from "../../frame/moment";
import { sectionName } from "../../parts/changes";
import { Failure } from "../../parts/Failure";
import { counted, exact } from "../../parts/format";
import { GroupPicker } from "../../parts/GroupPicker";
import { useTitle } from "../../parts/hooks";
import { NameField } from "../../parts/NameField";
import { Picker } from "../../parts/Picker";
import { QuestionBox } from "../../parts/QuestionBox";
import { useSteps } from "../../parts/steps";
import { toggled } from "../../parts/toggled";
import Activity from "../overview/Activity";
import { CauseTable } from "./CauseTable";
import { type ChangesSearch, SPANS, type Span, windowOf } from "./search";

const route = getRouteApi("/changes");
const SHOWN = 200;
const NAMES: Record<Span, string> = { "1h": "Hour", "24h": "Day", "7d": "Week", "30d": "Month" };
/** Where things change most; the others are found by their names. */
const SECTIONS = [
  "host",
  "facts",
  "installed_packages",
  "installed_services",
  "enabled_services",
  "network_interfaces",
  "disk_devices",
  "yum_repos",
  "kernel_modules",
  "gpg_pubkeys",
];

/** What changed, where, and on how many hosts. */
export function ChangesPage() {
  const search = route.useSearch();
  const asOf = useMoment();
  const navigate = route.useNavigate();
  useTitle("Changes");
  const { cause, ...asked } = search;
  const window = () => windowOf(search, asOf);
  const found = useQuery(changesByCause(asked, window, SHOWN));
  const failure = failureOf(found);
  // What is wrong with the question stands below it.
  const error = failure?.message.startsWith("q: ") ? null : failure;
  const step = useSteps(search, navigate, ["find"]);
  const change = (changed: Partial<ChangesSearch>) => step({ ...search, cause: undefined, ...changed });
  const answer = found.data;
  const isNarrowed = search.find || search.section || search.group || search.q;
  return (
    <div className="pl-page pl-changes">
      <header className="pl-changes__head">
        <h1 className="pl-title">Changes</h1>
        <fieldset className="pl-switch pl-switch--text">
          <legend className="pl-hidden">Of which time</legend>
          {(Object.keys(SPANS) as Span[]).map(span => (
            <button
              key={span}
              type="button"
              aria-pressed={!search.from && (search.last ?? "24h") === span}
              onClick={() =>
                change({ last: span === "24h" ? undefined : span, from: undefined, to: undefined })
              }
            >
              {NAMES[span]}
            </button>
          ))}
        </fieldset>
        <NameField
          asked={search.find ?? ""}
          ask={find => change({ find: find || undefined })}
          placeholder="Package, service, fact"
          label="Filter by what changed"
        />
        <Picker
          title="Of what"
          choices={SECTIONS.map(value => ({ value, name: sectionName(value) }))}
          chosen={search.section ?? []}
          toggle={value => change({ section: toggled(search.section, value) })}
        />
        <GroupPicker
          chosen={search.group ?? []}
          toggle={value => change({ group: toggled(search.group, value) })}
        />
      </header>
      <QuestionBox asked={search.q ?? ""} ask={q => change({ q })} />
      {search.from && search.to && (
        <p className="pl-subtle">
          {exact(search.from)} to {exact(search.to)}
        </p>
      )}
      {error && (
        <Failure error={error} what="The changes cannot be shown" retry={() => void found.refetch()} />
      )}
      {!answer && !failure && <div className="pl-loading" />}
      {answer && !failure && (
        <>
          <section className="pl-card" aria-label="Changes in time">
            <Activity
              activity={answer}
              hrefOf={({ from, to }) => ({
                ...search,
                cause: undefined,
                last: undefined,
                from: new Date(from).toISOString(),
                to: new Date(to).toISOString(),
              })}
            />
          </section>
          <p className="pl-changes__sum" role="status">
            <span className="pl-num">{counted(answer.changes, "change")}</span> on{" "}
            <span className="pl-num">{counted(answer.hosts, "host")}</span>
            {answer.examined_since && (
              <> · more than can be told apart: those since {exact(answer.examined_since)}</>
            )}
            {answer.unread > 0 && (
              <> · {counted(answer.unread, "change")} not looked into, too many lists differ</>
            )}
          </p>
          {answer.causes.length > 0 ? (
            <CauseTable
              answer={answer}
              chosen={cause}
              choose={next => change({ cause: next })}
              asked={asked}
              window={window}
            />
          ) : (
            <EmptyState titleText="Nothing changed" headingLevel="h2" icon={HistoryIcon} variant="sm">
              <EmptyStateBody>
                {isNarrowed
                  ? "Ask for less, or for a longer time."
                  : "Ask for a longer time. Check-ins are no changes."}
              </EmptyStateBody>
            </EmptyState>
          )}
        </>
      )}
    </div>
  );
}
