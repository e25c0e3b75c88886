import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { formatQuery, parseQuery, readHostSearch } from "./api/search";
import { Frame } from "./frame/Frame";
import { Lost } from "./frame/Lost";
import { Unexpected } from "./frame/Unexpected";
import { readGroupSearch } from "./pages/groups/search";
import { readHostView } from "./pages/host/view";

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

const routeTree = root.addChildren([overview, hosts, host, groups, group]);

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
