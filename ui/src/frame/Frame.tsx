import SearchIcon from "@patternfly/react-icons/dist/esm/icons/search-icon";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useBrowserNotices } from "../parts/browserNotices";
import { loaded } from "../parts/loaded";
import { isField } from "../parts/writing";
import { Away } from "./Away";
import { Clock, MomentBar } from "./Clock";
import { Guard, useIsLetIn } from "./Guard";
import { Keys } from "./Keys";
import { LiveMark } from "./LiveMark";
import { Loading } from "./Loading";
import { Mark } from "./Mark";
import { Notices } from "./Notices";
import { ThemeSwitch } from "./ThemeSwitch";
import { Who } from "./Who";

const loadSearch = () => loaded(() => import("./search/Search"));
const Search = lazy(loadSearch);
const Watch = lazy(() => loaded(() => import("./watch/Watch")));

const PLACES = [
  { to: "/", name: "Overview", exact: true },
  { to: "/hosts", name: "Hosts", exact: false },
  { to: "/groups", name: "Groups", exact: false },
  { to: "/changes", name: "Changes", exact: false },
  { to: "/packages", name: "Packages", exact: false },
  { to: "/compare", name: "Compare", exact: false },
  { to: "/baselines", name: "Baselines", exact: false },
  { to: "/dashboards", name: "Metrics", exact: false },
  { to: "/benchmarks", name: "Benchmarks", exact: false },
] as const;

const mac = /mac/i.test(navigator.platform);

/** What stands around every page: where one is, where one can go, and whether the page is live. */
export function Frame() {
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  useSearchKeys(() => setSearching(true));
  const main = useFocusOnArrival();
  const isTold = useBrowserNotices();
  const watches = useIsLetIn() && isTold;
  // Loaded while nothing else is, so that it opens at once when it is asked for.
  useEffect(() => {
    const timer = setTimeout(() => void loadSearch(), 1_500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="pl-frame">
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to the page, and takes the focus along */}
      <a className="pl-skip" href="#main" onClick={() => main.current?.focus()}>
        Skip to the page
      </a>
      <header className="pl-head">
        <Link to="/" className="pl-brand" aria-label="Plumbline, overview">
          <Mark />
          <span>Plumbline</span>
        </Link>
        <nav className="pl-nav" aria-label="Pages">
          {PLACES.map(({ to, name, exact }) => (
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
        <button type="button" className="pl-find" onClick={() => setSearching(true)} aria-haspopup="dialog">
          <SearchIcon />
          <span className="pl-find__text">Find hosts, packages, tags</span>
          <kbd>{mac ? "⌘" : "Ctrl"} K</kbd>
        </button>
        <div className="pl-head__end">
          <LiveMark />
          <Clock />
          <ThemeSwitch />
          <button
            type="button"
            className="pl-help"
            aria-label="Keys, help and version"
            title="Keys, help and version (?)"
            aria-haspopup="dialog"
            onClick={() => setHelping(true)}
          >
            ?
          </button>
          <Who />
        </div>
      </header>
      <Away />
      <MomentBar />
      <main id="main" className="pl-main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Guard>
            <Outlet />
          </Guard>
        </Suspense>
      </main>
      {searching && (
        <Suspense fallback={null}>
          <Search close={() => setSearching(false)} />
        </Suspense>
      )}
      {watches && (
        <Suspense fallback={null}>
          <Watch />
        </Suspense>
      )}
      <Keys open={helping} set={setHelping} />
      <Notices />
    </div>
  );
}

/** Ctrl-K anywhere; a slash where nobody is writing. */
function useSearchKeys(open: () => void) {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const slash =
        event.key === "/" && !isField(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (slash || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) {
        event.preventDefault();
        latest.current();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

/** On another page the keyboard and the screen reader begin at its content. */
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: state => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (
      before.current !== undefined &&
      before.current !== path &&
      !main.current?.contains(document.activeElement)
    ) {
      main.current?.focus({ preventScroll: true });
    }
    before.current = path;
    // On a phone the places are wider than the window.
    document
      .querySelector('.pl-nav [aria-current="page"]')
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [path]);
  return main;
}
