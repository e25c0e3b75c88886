import { Link } from "@tanstack/react-router";

/** The two ways to look at what differs. */
export function CompareTabs() {
  return (
    <nav className="pl-subnav" aria-label="Ways to compare">
      <Link
        to="/compare"
        activeOptions={{ exact: true, includeSearch: false }}
        activeProps={{ "aria-current": "page" }}
      >
        Side by side
      </Link>
      <Link
        to="/compare/outliers"
        activeOptions={{ includeSearch: false }}
        activeProps={{ "aria-current": "page" }}
      >
        Odd ones
      </Link>
    </nav>
  );
}
