import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { formatQuery, parseQuery, readHostSearch } from "./api/search";
import { Frame } from "./frame/Frame";
import { Loading } from "./frame/Loading";
import { Lost } from "./frame/Lost";
import { keepMoment, readMoment } from "./frame/moment";
import { Unexpected } from "./frame/Unexpected";
import { readAuditSearch } from "./pages/audit/search";
import { readBaselineSearch, readBaselineView } from "./pages/baselines/search";
import { readResultsSearch } from "./pages/benchmarks/search";
import { readChangesSearch } from "./pages/changes/search";
import { readCompareSearch } from "./pages/compare/search";
import { readDriftCausesSearch } from "./pages/driftcauses/search";
import { readGroupSearch } from "./pages/groups/search";
import { readHostView } from "./pages/host/view";
import { readLoginSearch } from "./pages/login/search";
import { readBoardsSearch, readExploreSearch, readTimeSearch } from "./pages/metrics/search";
import { readOutlierSearch } from "./pages/outliers/search";
import { readPackageSearch, readPackagesSearch } from "./pages/packages/search";
import { readRegressionsSearch } from "./pages/regressions/search";
import { loaded } from "./parts/loaded";

const root = createRootRoute({
  component: Frame,
  notFoundComponent: Lost,
  errorComponent: Unexpected,
  validateSearch: readMoment,
  search: { middlewares: [keepMoment] },
});

/** The component of a page, loaded when it is first gone to. */
const page = <M extends Record<string, unknown>, K extends keyof M & string>(
  load: () => Promise<M>,
  name: K,
) => lazyRouteComponent(() => loaded(load), name);

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  // Addresses of the metrics UI server stand behind the hash: `/#/dashboards/time_series/NAME`.
  beforeLoad: ({ location }) => {
    if (/^\/dashboards(\/|$)/.test(location.hash))
      throw redirect({ href: encodeURI(decodeURI(location.hash)), replace: true });
  },
  component: page(() => import("./pages/overview/OverviewPage"), "OverviewPage"),
});

const hosts = createRoute({
  getParentRoute: () => root,
  path: "/hosts",
  validateSearch: readHostSearch,
  component: page(() => import("./pages/hosts/HostsPage"), "HostsPage"),
});

const host = createRoute({
  getParentRoute: () => root,
  path: "/hosts/$id",
  validateSearch: readHostView,
  component: page(() => import("./pages/host/HostPage"), "HostPage"),
});

const groups = createRoute({
  getParentRoute: () => root,
  path: "/groups",
  validateSearch: readGroupSearch,
  component: page(() => import("./pages/groups/GroupsPage"), "GroupsPage"),
});

const group = createRoute({
  getParentRoute: () => root,
  path: "/groups/$id",
  validateSearch: readHostSearch,
  component: page(() => import("./pages/groups/GroupPage"), "GroupPage"),
});

const changes = createRoute({
  getParentRoute: () => root,
  path: "/changes",
  validateSearch: readChangesSearch,
  component: page(() => import("./pages/changes/ChangesPage"), "ChangesPage"),
});

const packages = createRoute({
  getParentRoute: () => root,
  path: "/packages",
  validateSearch: readPackagesSearch,
  component: page(() => import("./pages/packages/PackagesPage"), "PackagesPage"),
});

const onePackage = createRoute({
  getParentRoute: () => root,
  path: "/packages/$name",
  validateSearch: readPackageSearch,
  component: page(() => import("./pages/packages/PackagePage"), "PackagePage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: page(() => import("./pages/compare/ComparePage"), "ComparePage"),
});

const outliers = createRoute({
  getParentRoute: () => root,
  path: "/compare/outliers",
  validateSearch: readOutlierSearch,
  component: page(() => import("./pages/outliers/OutliersPage"), "OutliersPage"),
});

const driftCauses = createRoute({
  getParentRoute: () => root,
  path: "/causes",
  validateSearch: readDriftCausesSearch,
  component: page(() => import("./pages/driftcauses/DriftCausesPage"), "DriftCausesPage"),
});

const regressions = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/regressions",
  validateSearch: readRegressionsSearch,
  component: page(() => import("./pages/regressions/RegressionsPage"), "RegressionsPage"),
});

const baselines = createRoute({
  getParentRoute: () => root,
  path: "/baselines",
  validateSearch: readBaselineSearch,
  component: page(() => import("./pages/baselines/BaselinesPage"), "BaselinesPage"),
});

const baseline = createRoute({
  getParentRoute: () => root,
  path: "/baselines/$id",
  validateSearch: readBaselineView,
  component: page(() => import("./pages/baselines/BaselinePage"), "BaselinePage"),
});

const metrics = createRoute({
  getParentRoute: () => root,
  path: "/dashboards",
  validateSearch: readBoardsSearch,
  component: page(() => import("./pages/metrics/DashboardsPage"), "DashboardsPage"),
});

const explore = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/explore",
  validateSearch: readExploreSearch,
  component: page(() => import("./pages/metrics/explore/ExplorePage"), "ExplorePage"),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/alerts",
  component: page(() => import("./pages/metrics/alertrules/AlertsPage"), "AlertsPage"),
});

const cardinality = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/series",
  component: page(() => import("./pages/metrics/cardinality/CardinalityPage"), "CardinalityPage"),
});

const notifications = createRoute({
  getParentRoute: () => root,
  path: "/notifications",
  component: page(() => import("./pages/notifications/NotificationsPage"), "NotificationsPage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: readAuditSearch,
  component: page(() => import("./pages/audit/AuditPage"), "AuditPage"),
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/$type/$name",
  validateSearch: readTimeSearch,
  component: page(() => import("./pages/metrics/DashboardPage"), "DashboardPage"),
});

const benchmarks = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks",
  validateSearch: readResultsSearch,
  component: page(() => import("./pages/benchmarks/ResultsPage"), "ResultsPage"),
});

const sites = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/sites",
  component: page(() => import("./pages/benchmarks/SitesPage"), "SitesPage"),
});

const submit = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/submit",
  component: page(() => import("./pages/benchmarks/SubmitPage"), "SubmitPage"),
});

const review = createRoute({
  getParentRoute: () => root,
  path: "/benchmarks/review",
  component: page(() => import("./pages/benchmarks/ReviewPage"), "ReviewPage"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: readLoginSearch,
  component: page(() => import("./pages/login/LoginPage"), "LoginPage"),
});

const routeTree = root.addChildren([
  overview,
  hosts,
  host,
  groups,
  group,
  ...[changes, packages, onePackage],
  compare,
  outliers,
  driftCauses,
  regressions,
  ...[alerts, cardinality, notifications, audit],
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
    // A page that broke, or is on its way, stands inside the frame.
    defaultErrorComponent: Unexpected,
    defaultPendingComponent: Loading,
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
