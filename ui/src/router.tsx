import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { formatQuery, parseQuery, readHostSearch } from "./api/search";
import { Frame } from "./frame/Frame";
import { Lost } from "./frame/Lost";
import { Unexpected } from "./frame/Unexpected";
import { readBaselineSearch, readBaselineView } from "./pages/baselines/search";
import { readResultsSearch } from "./pages/benchmarks/search";
import { readCompareSearch } from "./pages/compare/search";
import { readGroupSearch } from "./pages/groups/search";
import { readHostView } from "./pages/host/view";
import { readLoginSearch } from "./pages/login/search";
import { readBoardsSearch, readExploreSearch, readTimeSearch } from "./pages/metrics/search";
import { readOutlierSearch } from "./pages/outliers/search";

const root = createRootRoute({ component: Frame, notFoundComponent: Lost, errorComponent: Unexpected });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  // Addresses of the metrics UI server stand behind the hash: `/#/dashboards/time_series/NAME`.
  beforeLoad: ({ location }) => {
    if (/^\/dashboards(\/|$)/.test(location.hash))
      throw redirect({ href: encodeURI(decodeURI(location.hash)), replace: true });
  },
  component: lazyRouteComponent(() => import("./pages/overview/OverviewPage"), "OverviewPage"),
});

const hosts = createRoute({
  getParentRoute: () => root,
  path: "/hosts",
  validateSearch: readHostSearch,
  component: lazyRouteComponent(() => import("./pages/hosts/HostsPage"), "HostsPage"),
});

const host = createRoute({
  getParentRoute: () => root,
  path: "/hosts/$id",
  validateSearch: readHostView,
  component: lazyRouteComponent(() => import("./pages/host/HostPage"), "HostPage"),
});

const groups = createRoute({
  getParentRoute: () => root,
  path: "/groups",
  validateSearch: readGroupSearch,
  component: lazyRouteComponent(() => import("./pages/groups/GroupsPage"), "GroupsPage"),
});

const group = createRoute({
  getParentRoute: () => root,
  path: "/groups/$id",
  validateSearch: readHostSearch,
  component: lazyRouteComponent(() => import("./pages/groups/GroupPage"), "GroupPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("./pages/compare/ComparePage"), "ComparePage"),
});

const outliers = createRoute({
  getParentRoute: () => root,
  path: "/compare/outliers",
  validateSearch: readOutlierSearch,
  component: lazyRouteComponent(() => import("./pages/outliers/OutliersPage"), "OutliersPage"),
});

const baselines = createRoute({
  getParentRoute: () => root,
  path: "/baselines",
  validateSearch: readBaselineSearch,
  component: lazyRouteComponent(() => import("./pages/baselines/BaselinesPage"), "BaselinesPage"),
});

const baseline = createRoute({
  getParentRoute: () => root,
  path: "/baselines/$id",
  validateSearch: readBaselineView,
  component: lazyRouteComponent(() => import("./pages/baselines/BaselinePage"), "BaselinePage"),
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: "/dashboards",
  validateSearch: readBoardsSearch,
  component: lazyRouteComponent(() => import("./pages/metrics/DashboardsPage"), "DashboardsPage"),
});

const explore = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/explore",
  validateSearch: readExploreSearch,
  component: lazyRouteComponent(() => import("./pages/metrics/explore/ExplorePage"), "ExplorePage"),
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/$type/$name",
  validateSearch: readTimeSearch,
  component: lazyRouteComponent(() => import("./pages/metrics/DashboardPage"), "DashboardPage"),
});

const benchmarks = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks",
  validateSearch: readResultsSearch,
  component: lazyRouteComponent(() => import("./pages/benchmarks/ResultsPage"), "ResultsPage"),
});

const sites = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/sites",
  component: lazyRouteComponent(() => import("./pages/benchmarks/SitesPage"), "SitesPage"),
});

const submit = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/submit",
  component: lazyRouteComponent(() => import("./pages/benchmarks/SubmitPage"), "SubmitPage"),
});

const review = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/review",
  component: lazyRouteComponent(() => import("./pages/benchmarks/ReviewPage"), "ReviewPage"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: readLoginSearch,
  component: lazyRouteComponent(() => import("./pages/login/LoginPage"), "LoginPage"),
});

const routeTree = root.addChildren([
  overview,
  hosts,
  host,
  groups,
  group,
  compare,
  outliers,
  baselines,
  baseline,
  ...[metrics, explore, dashboard],
  ...[benchmarks, sites, submit, review],
  login,
]);

export const createAppRouter = () =>
  createRouter({
    routeTree,
    parseSearch: parseQuery,
    stringifySearch: formatQuery,
    defaultPreload: "intent",
    defaultPreloadDelay: 60,
    scrollRestoration: false,
    notFoundMode: "root",
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
