import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import HistoryIcon from "@patternfly/react-icons/dist/esm/icons/history-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { failureOf } from "../../api/client";
import { hostsAt } from "../../api/fleet";
import { Failure } from "../../parts/Failure";
import { counted, exact } from "../../parts/format";
import { PageSteps } from "../../parts/PageSteps";
import { QuestionBox } from "../../parts/QuestionBox";
import { visible } from "../../parts/visible";

const PER_PAGE = 100;

interface HostsThenProps {
  asOf: string;
  asked: string;
  ask: (question: string | undefined) => void;
}

/** The hosts that there were at a moment; each leads to what it was. */
export default function HostsThen({ asOf, asked, ask }: HostsThenProps) {
  const [page, setPage] = useState(1);
  const found = useQuery(hostsAt(asOf, asked, (page - 1) * PER_PAGE, PER_PAGE));
  const error = failureOf(found);
  const total = found.data?.total ?? 0;
  const go = (question: string | undefined) => {
    setPage(1);
    ask(question);
  };
  return (
    <>
      <QuestionBox asked={asked} ask={go} asOf={asOf} />
      {error && (
        <Failure error={error} what="These hosts cannot be shown" retry={() => void found.refetch()} />
      )}
      {!found.data && !error && <div className="pl-loading" />}
      {found.data && !error && total === 0 && (
        <EmptyState titleText="No such host then" headingLevel="h2" icon={HistoryIcon} variant="sm">
          <EmptyStateBody>
            {asked === ""
              ? "No machine had reported yet. Choose a later moment."
              : "Ask for less, or for another moment."}
          </EmptyStateBody>
        </EmptyState>
      )}
      {found.data && !error && total > 0 && (
        <>
          <p role="status" className="pl-num">
            {counted(total, "host")}
          </p>
          <div className="pl-then">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Group</th>
                  <th scope="col">Last reported</th>
                </tr>
              </thead>
              <tbody>
                {found.data.hosts.map(host => (
                  <tr key={host.id}>
                    <th scope="row">
                      <Link
                        to="/hosts/$id"
                        params={{ id: host.id }}
                        search={{ at: host.seq ?? undefined }}
                        className="pl-name"
                      >
                        {visible(host.display_name)}
                      </Link>
                    </th>
                    <td>{host.group ? visible(host.group) : <span className="pl-subtle">–</span>}</td>
                    <td className="pl-num">{exact(host.last_check_in)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {total > PER_PAGE && (
            <nav className="pl-then__foot" aria-label="Pages of the list">
              <PageSteps page={page} pages={Math.ceil(total / PER_PAGE)} go={setPage} />
            </nav>
          )}
        </>
      )}
    </>
  );
}
