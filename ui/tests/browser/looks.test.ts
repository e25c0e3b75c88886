import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf, findings, openBrowser, openPage, WIDTHS } from "../support/browser";
import { grouped, reports } from "../support/feeds";
import { Server } from "../support/server";

let server: Server;
let browser: Browser;
let paths: Record<string, string>;

beforeAll(async () => {
  server = await Server.start();
  browser = await openBrowser();
  const ids = await server.ingest(reports(0, 60));
  await server.ingest(reports(0, 5, { generation: 1 }));
  const group = await grouped(server, "rack-1", ids.slice(0, 12));
  const changes = await server.timeline(ids[0] as string);
  const [newest, oldest] = [changes[0]?.seq, changes.at(-1)?.seq];
  paths = {
    overview: "/",
    hosts: "/hosts",
    "hosts, filtered":
      "/hosts?staleness=fresh&tags=ops/env%3Dprod&order_by=display_name&columns=name,os,kernel,seen",
    "hosts, more filters": "/hosts?provider_type=aws",
    "hosts, none": "/hosts?hostname_or_id=nothing-is-called-so",
    "hosts, all in one": "/hosts?view=all",
    host: `/hosts/${ids[0]}`,
    "host, packages": `/hosts/${ids[0]}?section=packages`,
    "host, found": `/hosts/${ids[0]}?find=openssl`,
    "host, as it was": `/hosts/${ids[0]}?at=${oldest}&list=true`,
    "host, compared": `/hosts/${ids[0]}?from=${oldest}&to=${newest}`,
    groups: "/groups",
    changes: "/changes",
    "changes, one cause": `/changes?cause=${encodeURIComponent(JSON.stringify(["host", "new", null, null]))}`,
    "changes, none": "/changes?find=nothing-is-called-so",
    packages: "/packages",
    package: "/packages/openssl",
    group: `/groups/${group}`,
    ...(await driftPaths()),
    "no such page": "/nothing/here",
  };
});

/** Comparisons, baselines and odd ones, each with and without something in it. */
async function driftPaths(): Promise<Record<string, string>> {
  const [one, other] = await server.ingest(reports(70, 72, { system: 0 }));
  const made = await server.send("POST", "/api/system-baseline/v1/baselines", {
    display_name: "gold",
    inventory_uuid: one,
  });
  const { id } = (await made.json()) as { id: string };
  await server.send("POST", `/api/system-baseline/v1/baselines/${id}/systems`, { system_ids: [one, other] });
  const both = `system_ids=${one}&system_ids=${other}`;
  const { outliers } = await server.get<{ outliers: { id: string }[] }>("/api/fleet/v1/outliers");
  return {
    compare: `/compare?${both}`,
    "compare, nothing chosen": "/compare",
    "compare, one alone": `/compare?system_ids=${one}`,
    "compare, with a baseline": `/compare?${both}&baseline_ids=${id}&category=tags&filter%5Bname%5D=ops`,
    "compare, adding": `/compare?${both}&add=hosts`,
    "odd ones": `/compare/outliers?host=${outliers[0]?.id}`,
    baselines: "/baselines",
    "causes of drift": "/causes?state=all",
    alerts: "/dashboards/alerts",
    baseline: `/baselines/${id}`,
    "baseline, hosts": `/baselines/${id}?tab=hosts`,
    "host, drift": `/hosts/${other}?tab=drift`,
  };
}

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it.each(WIDTHS)(
  "every page shows without complaints, for everybody, and without scrolling sideways: %s",
  async (width, look) => {
    const wrong: string[] = [];
    // One profile for all of them: the browser compiles the pages once.
    const { page, context, complaints } = await openPage(browser, look);
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(server.url + path);
      await page.waitForSelector("main h1, main h2");
      await page.waitForFunction(
        () => document.querySelector(".pl-loading, .pl-ruler-room, .pl-activity-room") === null,
      );
      await page.locator(".pl-live--live").waitFor();
      wrong.push(...(await faultsOf(page, name, width)));
      for (const complaint of complaints.splice(0)) wrong.push(`${name}: the console says ${complaint}`);
    }
    await context.close();
    expect(wrong).toEqual([]);
  },
  400_000,
);

it("a page is dark from its beginning where the system is", async () => {
  const { page, context } = await openPage(browser, { dark: true });
  await page.goto(`${server.url}/hosts`);
  await page.waitForSelector("main h1");
  expect(await page.evaluate(() => document.documentElement.className)).toContain("pf-v6-theme-dark");
  await context.close();
});

it("an empty inventory says what to do next", async () => {
  const empty = await Server.start();
  const { page, context, complaints } = await openPage(browser);
  for (const path of ["/", "/hosts"]) {
    await page.goto(empty.url + path);
    await page.getByRole("heading", { name: "No host has reported yet" }).waitFor();
    expect(await page.locator(".pl-command code").allTextContents()).toEqual([
      "plumbline report",
      "plumbline ingest FILE.jsonl",
    ]);
    expect(await findings(page)).toEqual([]);
  }
  await page.goto(`${empty.url}/groups`);
  await page.getByRole("heading", { name: "There is no group yet" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
  await empty.stop();
});
