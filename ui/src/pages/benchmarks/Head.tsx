import "./benchmarks.css";
import { Alert, AlertActionLink, Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { caller } from "../../api/benchmarks";
import { LOGGING_IN } from "../../api/session";
import { here } from "../../frame/Guard";
import { RegisterDialog } from "./RegisterDialog";

const PLACES = [
  { to: "/benchmarks", name: "Results", exact: true, admin: false },
  { to: "/benchmarks/regressions", name: "Regressions", exact: false, admin: false },
  { to: "/benchmarks/sites", name: "Sites", exact: false, admin: false },
  { to: "/benchmarks/submit", name: "Submit", exact: false, admin: false },
  { to: "/benchmarks/review", name: "Review", exact: false, admin: true },
] as const;

/** The title of a page about benchmarks, and the way to the others. */
export function Head({ title, children }: { title: string; children?: ReactNode }) {
  const who = useQuery(caller);
  return (
    <header className="pl-bench__head">
      <h1 className="pl-title">{title}</h1>
      {children}
      <nav className="pl-bench__places" aria-label="Benchmarks">
        {PLACES.filter(place => !place.admin || who.data?.isAdmin).map(({ to, name, exact }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact, includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
          >
            {name}
          </Link>
        ))}
      </nav>
    </header>
  );
}

/** Why one cannot send anything here yet, and what to do about it. */
export function MayNotSend() {
  const who = useQuery(caller);
  const [registering, setRegistering] = useState(false);
  if (who.data?.state === "registered" || !who.data) return null;
  const unknown = who.data.state === "unknown";
  return (
    <>
      <Alert
        isInline
        variant="info"
        component="p"
        title={unknown ? "You are not logged in" : "You are not registered"}
        actionLinks={
          unknown ? (
            LOGGING_IN && (
              <AlertActionLink component="a" href={`/login?${new URLSearchParams({ next: here() })}`}>
                Log in
              </AlertActionLink>
            )
          ) : (
            <AlertActionLink onClick={() => setRegistering(true)}>Register</AlertActionLink>
          )
        }
      >
        {!unknown
          ? "To send something, register once and accept the terms."
          : LOGGING_IN
            ? "Everybody may read. To send something, log in and register once."
            : "Everybody may read. To send something, use the API with a token of an OpenID provider that is trusted here."}
      </Alert>
      {registering && <RegisterDialog close={() => setRegistering(false)} />}
    </>
  );
}

/** Whether this person may send something. */
export const useMaySend = () => useQuery(caller).data?.state === "registered";

export function Steps({ page, pages, go }: { page: number; pages: number; go: (page: number) => void }) {
  if (pages < 2) return null;
  return (
    <nav className="pl-bench__steps" aria-label="Pages of the list">
      <Button variant="link" size="sm" isDisabled={page <= 1} onClick={() => go(1)}>
        First
      </Button>
      <Button variant="link" size="sm" isDisabled={page <= 1} onClick={() => go(page - 1)}>
        Before
      </Button>
      <span className="pl-num">
        {page} / {pages}
      </span>
      <Button variant="link" size="sm" isDisabled={page >= pages} onClick={() => go(page + 1)}>
        After
      </Button>
      <Button variant="link" size="sm" isDisabled={page >= pages} onClick={() => go(pages)}>
        Last
      </Button>
    </nav>
  );
}
