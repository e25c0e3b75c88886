import { EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import LockIcon from "@patternfly/react-icons/dist/esm/icons/lock-icon";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouter, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { isPublic, LOGGING_IN, mayNothing, type Person, session } from "../api/session";

/** The page, for whoever may see it: who is not known is sent to the log-in, and comes back to this address. */
export function Guard({ children }: { children: ReactNode }) {
  const path = useRouterState({ select: state => state.location.pathname });
  return LOGGING_IN && !isPublic(path) ? <Known>{children}</Known> : children;
}

function Known({ children }: { children: ReactNode }) {
  const { data } = useQuery(session);
  const router = useRouter();
  const unknown = data?.person === null;
  useEffect(() => {
    if (unknown) void router.navigate({ to: "/login", search: { next: here() }, replace: true });
  }, [unknown, router]);
  if (!data?.person) return <div className="pl-loading" />;
  return mayNothing(data.person) ? <NotLetIn person={data.person} /> : children;
}

/** Whether the API answers: somebody is logged in, or nobody has to. */
export function useIsLetIn() {
  const { data } = useQuery(session);
  return !LOGGING_IN || (!!data?.person && !mayNothing(data.person));
}

/** This address, as one comes back to it. */
export const here = () => {
  const { pathname, search, hash } = window.location;
  return pathname + search + hash;
};

function NotLetIn({ person }: { person: Person }) {
  const why = person.organisation
    ? "Nothing that your provider says of you gives you anything to see here yet."
    : "Your provider does not say which organisation you are of.";
  return (
    <EmptyState titleText="You may not see this" headingLevel="h1" icon={LockIcon} variant="lg">
      <EmptyStateBody>
        {why} Ask whoever runs Plumbline; you are {person.email ?? person.name} of {person.provider.name}.
      </EmptyStateBody>
      <EmptyStateFooter>
        <Link to="/benchmarks">To the results of benchmarks</Link>
      </EmptyStateFooter>
    </EmptyState>
  );
}
