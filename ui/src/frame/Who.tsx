import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { LOGGING_IN, session } from "../api/session";
import { loaded } from "../parts/loaded";
import { here } from "./Guard";

const PersonMenu = lazy(() => loaded(() => import("./PersonMenu")));

/** Who is logged in, or where one logs in; nothing where there is no log-in. */
export function Who() {
  const { data } = useQuery(session);
  // A link that leads back to where one is.
  const at = useRouterState({ select: state => state.resolvedLocation?.href });
  if (!LOGGING_IN || !data) return null;
  if (data.person)
    return (
      <Suspense fallback={null}>
        <PersonMenu person={data.person} />
      </Suspense>
    );
  if (data.providers.length === 0 || at?.startsWith("/login")) return null;
  return (
    <Link to="/login" search={{ next: here() }} className="pl-log-in">
      Log in
    </Link>
  );
}
