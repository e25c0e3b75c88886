import { describe, expect, it } from "vitest";
import { formatQuery, parseQuery, readHostSearch } from "./api/search";
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

/** Every page that has something in its address, with the names that it reads. */
const PAGES: [string, (raw: Record<string, unknown>) => object, string][] = [
  [
    "hosts",
    readHostSearch,
    "hostname_or_id display_name staleness tags group_name registered_with where order_by order_how page per_page view columns",
  ],
  ["host", readHostView, "section find at from to span list tab"],
  ["groups", readGroupSearch, "name order_by order_how page"],
  ["changes", readChangesSearch, "last from to section group find q cause"],
  ["causes of drift", readDriftCausesSearch, "side state ignored q cause"],
  ["regressions", readRegressionsSearch, "state host"],
  ["packages", readPackagesSearch, "find page"],
  ["package", readPackageSearch, "version page"],
  [
    "compare",
    readCompareSearch,
    "system_ids baseline_ids hsp_ids reference_id find filter[name] filter[state] filter[show] category folded sort add",
  ],
  ["outliers", readOutlierSearch, "name group_name host"],
  ["baselines", readBaselineSearch, "name order_by order_how page"],
  ["baseline", readBaselineView, "tab find sort"],
  ["log-in", readLoginSearch, "next problem issuer"],
  ["dashboards", readBoardsSearch, "type find"],
  ["dashboard", readTimeSearch, "last from to refresh zone var"],
  ["explorer", readExploreSearch, "last from to refresh zone var q"],
  [
    "results",
    readResultsSearch,
    "benchmark site flavor tags after before filters columns sort page per_page x y",
  ],
];

const VALUES = [
  ...[
    "",
    "a",
    "name",
    "os,kernel",
    "a=b",
    "[",
    '["a","b"]',
    "a,b",
    "é ✓ &?#%",
    " 1 ",
    "0",
    "1",
    "2",
    "50",
    "1000",
  ],
  ...[
    "updated",
    "display_name",
    "name",
    "ASC",
    "DESC",
    "all",
    "true",
    "fresh",
    "different",
    "same",
    "fact",
    "+site",
  ],
  ...[
    "11111111-2222-4333-8444-555555555555",
    "AAAAAAAA-2222-4333-8444-555555555555",
    "2026-11-30",
    "6h",
    "24h",
  ],
  ...['["host","new",null,null]', '["installed_packages","a,b","1","2"]', "2026-11-30T10:00:00Z", "7d"],
  ...["behind", "ours", "ended", "/hosts?name=a", "//elsewhere"],
  ...["systemd.failed>=1", "arch=x86_64", "last_boot_time>2026-11-30T10:00:00Z"],
  ...["15s", "local", "time_series", "baseline", "hosts", "drift", "-state,fact", "-value", "job=a,b"],
];

/** Numbers that look drawn by chance and are the same in every run. */
function drawn(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

describe.each(PAGES)("the address of %s", (_, read, names) => {
  it("says the same however often it is read and written", () => {
    const draw = drawn(names.length);
    const all = names.split(" ");
    for (let round = 0; round < 3_000; round += 1) {
      const params = new URLSearchParams();
      for (let count = draw(6); count >= 0; count -= 1)
        params.append(all[draw(all.length)] as string, VALUES[draw(VALUES.length)] as string);
      const state = read(parseQuery(`?${params}`));
      // The router reads what was read before when one stays on the page.
      expect(read({ ...state }), `read twice: ?${params}`).toEqual(state);
      const address = formatQuery({ ...state });
      expect(read(parseQuery(address)), `${address}, from ?${params}`).toEqual(state);
      expect(formatQuery({ ...read(parseQuery(address)) })).toBe(address);
    }
  });
});
