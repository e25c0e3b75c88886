import { describe, expect, it } from "vitest";
import { forgive, go, page, server, startForEach } from "../support/each";
import { grouped, reports } from "../support/feeds";

startForEach();

interface Causes {
  hosts: number;
  causes: { text: string; hosts: number; section: string }[];
}

const byCause = (query = "") => server.get<Causes>(`/api/fleet/v1/changes/causes${query}`);
const lines = () => page.locator(".pl-causes > li > button");

describe("what changed", () => {
  it("is told by cause with the number of its hosts, and a cause leads to the hosts and to what differs", async () => {
    const ids = await server.ingest(reports(0, 30));
    await grouped(server, "rack 1", ids.slice(0, 5));
    await server.ingest(reports(0, 12, { generation: 1 }));
    await go("/changes?section=installed_packages");
    const { causes } = await byCause("?section=installed_packages");
    expect(causes.length).toBeGreaterThan(0);
    await lines().first().waitFor();
    expect(await lines().count()).toBe(causes.length);
    const shown = await lines().first().locator(".pl-causes__hosts").textContent();
    expect(shown).toContain(String(causes[0]?.hosts));

    await lines().first().click();
    await page.waitForURL(/cause=/);
    const hosts = page.locator(".pl-cause-hosts li a");
    await hosts.first().waitFor();
    expect(await hosts.count()).toBe(causes[0]?.hosts);
    await hosts.first().click();
    await page.waitForURL(/\/hosts\/.*from=.*to=/);
    await page.getByText("openssl").or(page.getByText("packages")).first().waitFor();
    await page.goBack();
    await hosts.first().waitFor();
  });

  it("is narrowed by a text and by a group, and shows what comes by itself", async () => {
    const ids = await server.ingest(reports(0, 20));
    await grouped(server, "rack 1", ids.slice(0, 3));
    await server.ingest(reports(0, 10, { generation: 1 }));
    await go("/changes");
    await page.getByLabel("Filter by what changed").fill("bash");
    await page.waitForURL(/find=bash/);
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".pl-causes__text")].every(text => text.textContent?.includes("bash")),
    );
    await go("/changes?group=rack+1&section=installed_packages");
    const { hosts } = await byCause("?group=rack+1&section=installed_packages");
    expect(hosts).toBe(3);
    await page.locator(".pl-changes__sum").getByText("3 hosts").waitFor();
    await server.ingest(reports(0, 1, { generation: 2 }));
    await page.locator(".pl-changes__sum").getByText("4 changes").waitFor({ timeout: 5_000 });
  });

  it("says once, at the question, what is wrong with it", async () => {
    await server.ingest(reports(0, 3));
    await go("/changes?q=tga%3Ax");
    const told = page.getByText("there is no such field; the nearest is `tag`");
    await told.first().waitFor();
    await page.waitForFunction(() => document.querySelector(".pl-loading") === null);
    expect(await told.count()).toBe(1);
    expect(await page.getByText("The changes cannot be shown").count()).toBe(0);
    forgive("the server responded with a status of 400");
  });

  it("is narrowed to the hosts of a question, which stands in the address", async () => {
    const ids = await server.ingest(reports(0, 12));
    await grouped(server, "rack 1", ids.slice(0, 3));
    await server.ingest(reports(0, 8, { generation: 1 }));
    await go("/changes?section=installed_packages");
    const box = page.getByRole("combobox", { name: "Question about hosts" });
    await box.fill('group:"rack 1"');
    await box.press("Enter");
    await page.waitForURL(/q=group/);
    await page.locator(".pl-changes__sum").getByText("3 hosts").waitFor();
    await go("/changes?section=installed_packages&q=group%3A%22rack+1%22");
    await page.locator(".pl-changes__sum").getByText("3 hosts").waitFor();
  });

  it("an hour of the overview leads to its changes, and a line of it to the hosts of the cause", async () => {
    await server.ingest(reports(0, 10));
    await server.ingest(reports(0, 4, { generation: 1 }));
    await go("/");
    await page.getByRole("link", { name: "What changed in the last 24 hours" }).waitFor();
    await page.locator(".pl-happened a").first().click();
    await page.locator(".pl-cause-hosts li").first().waitFor();
    await go("/");
    await page.locator(".pl-activity__chart a").last().click();
    await page.waitForURL(/\/changes\?from=.*to=/);
    await lines().first().waitFor();
  });
});

describe("packages", () => {
  it("lead to their versions and these to their hosts, by page and by the search of everything", async () => {
    await server.ingest(reports(0, 20));
    await server.ingest(reports(0, 6, { generation: 1 }));
    await go("/packages?find=openssl");
    await page.getByRole("link", { name: "openssl", exact: true }).click();
    await page.getByRole("heading", { name: "openssl", level: 1 }).waitFor();
    const { versions } = await server.get<{ versions: { version: string; hosts: number }[] }>(
      "/api/fleet/v1/packages/openssl",
    );
    const rare = versions.at(-1) as { version: string; hosts: number };
    await page.locator(".pl-bars a", { hasText: rare.version }).first().click();
    await page.waitForURL(/version=/);
    const hosts = page.locator(".pl-packages__hosts li a");
    await page.waitForFunction(
      wanted => document.querySelectorAll(".pl-packages__hosts li").length === wanted,
      rare.hosts,
    );
    await hosts.first().click();
    await page.waitForURL(/\/hosts\/.*section=packages/);

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("chrony");
    const found = page.getByRole("group", { name: "Packages" }).getByRole("option").first();
    await found.waitFor();
    await found.click();
    await page.getByRole("heading", { name: "chrony", level: 1 }).waitFor();
  });
});
