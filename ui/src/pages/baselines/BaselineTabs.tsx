import { Link } from "@tanstack/react-router";

/** What hosts should be, and why they no longer are. */
export function BaselineTabs() {
  return (
    <nav className="pl-subnav" aria-label="Baselines and drift">
      <Link
        to="/baselines"
        activeOptions={{ exact: true, includeSearch: false }}
        activeProps={{ "aria-current": "page" }}
      >
        Baselines
      </Link>
      <Link to="/causes" activeOptions={{ includeSearch: false }} activeProps={{ "aria-current": "page" }}>
        Causes of drift
      </Link>
      <Link to="/notifications">Notifications</Link>
    </nav>
  );
}
