import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { formatQuery, parseQuery, readHostSearch } from "./api/search";
import { Frame } from "./frame/Frame";
import { Lost } from "./frame/Lost";
import { Unexpected } from "./frame/Unexpected";
import { readBaselineSearch, readBaselineView } from "./pages/baselines/search";
import { readCompareSearch } from "./pages/compare/search";
import { readGroupSearch } from "./pages/groups/search";
import { readHostView } from "./pages/host/view";
import { readOutlierSearch } from "./pages/outliers/search";

const root = createRootRoute({ component: Frame, notFoundComponent: Lost, errorComponent: Unexpected });

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
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
