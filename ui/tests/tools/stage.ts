import type { Page } from "playwright-core";
import { measured } from "../support/benchmarks";
import type { Look } from "../support/browser";
import { baselineOf, grouped, reports } from "../support/feeds";
import { reportWith } from "../support/fleet";
import { loads, write } from "../support/samples";
import type { Server } from "../support/server";

export interface Shot {
  name: string;
  path: string;
  look?: Look;
  act?: (page: Page) => Promise<void>;
}

const PHONE = { width: 390, height: 844 };
const wait = (milliseconds: number) => new Promise(done => setTimeout(done, milliseconds));

/** A fleet with groups and a past, and what to look at. */
export async function stage(server: Server): Promise<Shot[]> {
  const ids = await server.ingest(reports(0, 624));
  const racks = ["ams1 rack 04", "ams1 rack 05", "fra2 rack 11", "edge", "payments"];
  for (const [at, name] of racks.entries())
    await grouped(server, name, ids.slice(at * 90, at * 90 + 35 + at * 11));
  const drift = await baseline(server, ids);
  for (let generation = 1; generation <= 4; generation += 1) {
    await server.ingest(reports(0, 90 - generation * 15, { generation }));
    await wait(1_500);
  }
  await server.ingest(unwell());
  await server.send("DELETE", `/api/inventory/v1/hosts/${ids.slice(-9).join(",")}`);
  const host = ids[7] as string;
  await server.send("PATCH", `/api/fleet/v1/hosts/${host}/tags`, {
    add: [{ namespace: "ops", key: "window", value: "sunday" }],
  });
  const moments = await server.timeline(host);
  const [newest, oldest] = [moments[0]?.seq, moments.at(-1)?.seq];
  return [
    { name: "overview", path: "/" },
    { name: "overview-dark", path: "/", look: { dark: true } },
    { name: "hosts", path: "/hosts?tags=ops/env%3Dprod&order_by=display_name" },
    { name: "hosts-dark", path: "/hosts", look: { dark: true } },
    { name: "host", path: `/hosts/${host}` },
    { name: "host-compared", path: `/hosts/${host}?from=${oldest}&to=${newest}`, look: { dark: true } },
    { name: "groups", path: "/groups" },
    { name: "search", path: "/hosts", act: search },
    { name: "phone", path: "/hosts", look: { ...PHONE, dark: true } },
    { name: "changes", path: "/changes" },
    { name: "package", path: "/packages/openssl" },
    ...drift,
    await notifications(server),
    await charts(server),
    await benchmarks(server),
  ];
}

async function search(page: Page) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find hosts, tags and groups" }).fill("edge");
  await page.getByRole("group", { name: "Groups" }).getByRole("option").first().waitFor();
}

/** A machine whose units fail, and one that was just booted. */
function unwell(): string[] {
  const booted = new Date(Date.now() - 3_600_000).toISOString();
  return [
    reportWith(100, { systemd: { state: "degraded", failed: 2, jobs_queued: 0 } }),
    reportWith(101, { last_boot_time: booted, arch: "aarch64" }),
  ];
}

/** What hosts should be, and those that are compared with it when they report. */
async function baseline(server: Server, ids: readonly string[]): Promise<Shot[]> {
  const path = "/api/inventory/v1/hosts?per_page=100&order_by=display_name&filter[system_profile]";
  const { results } = await server.get<{ results: { id: string }[] }>(
    `${path}[operating_system][RHEL][version][eq]=9.4`,
  );
  const [one, two, three] = results.map(host => host.id);
  const young = ids.slice(0, 60);
  const known = results.map(host => host.id).filter(host => young.includes(host));
  const hosts = [...new Set([one, two, three, ...known])].filter(host => host !== undefined);
  const id = await baselineOf(server, hosts, "RHEL 9.4, gold");
  return [
    {
      name: "compare",
      path: `/compare?system_ids=${one}&system_ids=${two}&system_ids=${three}&baseline_ids=${id}`,
    },
    { name: "outliers", path: "/compare/outliers" },
    { name: "baseline", path: `/baselines/${id}?sort=name` },
    { name: "causes", path: "/causes" },
  ];
}

async function notifications(server: Server): Promise<Shot> {
  const put = (name: string, kind: string, address: string, events: string[]) =>
    server.send("PUT", `/api/notifications/v1/channels/${name}`, { kind, address, events });
  await put("chat", "webhook", "https://chat.example.org/hook", ["alert"]);
  await put("operations", "email", "ops@example.org", ["alert", "cause"]);
  return { name: "notifications", path: "/notifications" };
}

async function charts(server: Server): Promise<Shot> {
  await write(server, loads(["web-1", "web-2", "web-3", "db-1"]));
  const chart = (title: string, expr: string, unit: string) => ({ title, unit, queries: [{ expr }] });
  const panels = [
    chart("Usage", 'cpu_usage{host=~"$host"}', "percent"),
    chart("Memory", 'cpu_memory_bytes{host=~"$host"}', "bytes"),
    chart("Requests", 'rate(cpu_requests_total{host=~"$host"}[5m])', "short"),
  ];
  await server.send("POST", "/api/v1/dashboards", {
    type: "time_series",
    name: "shop",
    data: { charts: panels },
  });
  return { name: "dashboard", path: "/dashboards/time_series/shop", look: { dark: true } };
}

async function benchmarks(server: Server): Promise<Shot> {
  const { benchmark } = await measured(server);
  return {
    name: "benchmarks",
    path: `/benchmarks?benchmark=${benchmark}&columns=machine.cpu.count,result.score`,
  };
}
