import "./audit.css";
import { Button, EmptyState, EmptyStateBody } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ClipboardListIcon from "@patternfly/react-icons/dist/esm/icons/clipboard-list-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type AuditEntry, auditLog } from "../../api/audit";
import { failureOf } from "../../api/client";
import { csvLine } from "../../parts/csv";
import { download } from "../../parts/download";
import { Failure } from "../../parts/Failure";
import { exact } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { useSteps } from "../../parts/steps";
import { visible } from "../../parts/visible";
import { type AuditSearch, SPANS, type Span } from "./search";
import { deedOf, outcomeOf } from "./words";

const route = getRouteApi("/audit");
const NAMES: Record<Span, string> = { "24h": "Day", "7d": "Week", "30d": "Month" };

/** Who changed what, and when. */
export function AuditPage() {
  const { last, actor, operation } = route.useSearch();
  const search: AuditSearch = { last, actor, operation };
  const navigate = route.useNavigate();
  useTitle("Audit log");
  const step = useSteps(search, navigate);
  const change = (changed: Partial<AuditSearch>) => step({ ...search, ...changed });
  const from = () => (last ? new Date(Date.now() - SPANS[last] * 1000).toISOString() : undefined);
  const found = useInfiniteQuery(auditLog(search, () => ({ from: from(), actor, operation })));
  const error = failureOf(found);
  const entries = found.data?.pages.flatMap(page => page.entries) ?? [];
  const isNarrowed = actor !== undefined || operation !== undefined || last !== undefined;
  return (
    <div className="pl-page">
      <header className="pl-audit__head">
        <h1 className="pl-title">Audit log</h1>
        <fieldset className="pl-switch pl-switch--text">
          <legend className="pl-hidden">Of which time</legend>
          {(Object.keys(SPANS) as Span[]).map(span => (
            <button
              key={span}
              type="button"
              aria-pressed={last === span}
              onClick={() => change({ last: last === span ? undefined : span })}
            >
              {NAMES[span]}
            </button>
          ))}
        </fieldset>
        {actor && <Narrowed name="By" value={actor} clear={() => change({ actor: undefined })} />}
        {operation && (
          <Narrowed name="Operation" value={operation} clear={() => change({ operation: undefined })} />
        )}
        {entries.length > 0 && (
          <span className="pl-toolbar__end">
            <Button
              size="sm"
              variant="secondary"
              onClick={() => download("audit.csv", csvOf(entries), "text/csv")}
            >
              CSV of these {entries.length}
            </Button>
          </span>
        )}
      </header>
      {error && (
        <Failure error={error} what="The audit log cannot be shown" retry={() => void found.refetch()} />
      )}
      {!found.data && !error && <div className="pl-loading" />}
      {found.data && !error && entries.length === 0 && (
        <EmptyState titleText="Nothing was changed" headingLevel="h2" icon={ClipboardListIcon} variant="sm">
          <EmptyStateBody>
            {isNarrowed
              ? "Ask for a longer time, or for anybody."
              : "What people and tokens change stands here: renames, tags, groups, baselines, alerts, tokens. Reports of machines are in the history of their hosts."}
          </EmptyStateBody>
        </EmptyState>
      )}
      {entries.length > 0 && !error && (
        <ol className="pl-audit" aria-label="What was changed, newest first">
          {entries.map(entry => (
            <Row key={entry.id} entry={entry} narrow={change} />
          ))}
        </ol>
      )}
      {found.hasNextPage && (
        <Button
          variant="link"
          isLoading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  entry: AuditEntry;
  narrow: (to: Partial<AuditSearch>) => void;
}

function Row({ entry, narrow }: RowProps) {
  const { deed, what } = deedOf(entry);
  const { isWell, text } = outcomeOf(entry.status);
  const Icon = isWell ? CheckCircleIcon : ExclamationCircleIcon;
  return (
    <li className={isWell ? "pl-audit__row" : "pl-audit__row pl-audit__row--bad"}>
      <time dateTime={entry.at} className="pl-num pl-subtle" title={entry.at}>
        {exact(entry.at)}
      </time>
      <span className="pl-audit__who">
        <button
          type="button"
          className="pl-audit__narrow"
          title="Only what this one did"
          onClick={() => narrow({ actor: entry.actor })}
        >
          {visible(entry.actor)}
        </button>
        <span className="pl-subtle">
          {entry.actor_kind}, {entry.via}
        </span>
      </span>
      <span className="pl-audit__what">
        <b className={`pl-audit__deed pl-audit__deed--${deed}`}>{deed}</b> <code>{visible(what)}</code>
        <button
          type="button"
          className="pl-audit__narrow pl-subtle"
          title="Only this operation"
          onClick={() => narrow({ operation: entry.operation })}
        >
          {entry.service}: {entry.operation}
        </button>
      </span>
      <span className="pl-audit__outcome">
        <Icon aria-hidden /> {text}
      </span>
    </li>
  );
}

function Narrowed({ name, value, clear }: { name: string; value: string; clear: () => void }) {
  return (
    <button
      type="button"
      className="pl-audit__chip"
      aria-label={`Remove the filter ${name} ${value}`}
      onClick={clear}
    >
      {name} {visible(value)} <span aria-hidden>×</span>
    </button>
  );
}

const csvOf = (entries: readonly AuditEntry[]) =>
  [
    csvLine(["at", "actor", "actor_kind", "via", "service", "operation", "subject", "status", "made"]),
    ...entries.map(entry =>
      csvLine([
        entry.at,
        entry.actor,
        entry.actor_kind,
        entry.via,
        entry.service,
        entry.operation,
        entry.subject,
        String(entry.status ?? ""),
        entry.made ?? "",
      ]),
    ),
  ].join("");
