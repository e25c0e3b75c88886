import { beforeEach, describe, expect, it } from "vitest";
import { complaints, context, go, page, server, startForEach } from "../support/each";
import { baselineOf, comparable, grouped } from "../support/feeds";
import { reportWith } from "../support/fleet";

startForEach();

/** A machine of the list, with other facts than it had. */
const changed = (index: number, profile: Record<string, unknown>) =>
  reportWith(index, profile, { system: 0 });

let ids: string[];
let group: string;

beforeEach(async () => {
  ids = await comparable(server, 8);
  group = await grouped(server, "rack 1", ids);
});

describe("needs a look", () => {
  it("counts what is broken or booted, names the odd one, and leads to them", async () => {
    const booted = new Date(Date.now() - 3_600_000).toISOString();
    await server.ingest([
      changed(1, { systemd: { state: "degraded", failed: 2, jobs_queued: 0, failed_services: ["a", "b"] } }),
      changed(2, { last_boot_time: booted, arch: "aarch64", bios_vendor: "Odd Ltd" }),
    ]);
    await go("/");
    const look = page.getByRole("region", { name: "Needs a look" });
    await look.getByText("the odd one of rack 1").waitFor();
    await look.getByRole("link", { name: /Booted in the last 24 hours/ }).click();
    await page.waitForURL(/where=last_boot_time/);
    await page.waitForFunction(() => document.querySelectorAll("tr[data-host]").length === 1);
    await page.goBack();
    await look.getByRole("link", { name: /With failed units/ }).click();
    await page.getByText("Failed units at least 1").waitFor();
    await page.waitForFunction(() => document.querySelectorAll("tr[data-host]").length === 1);
    await page.goBack();
    await look.getByText("the odd one of rack 1").click();
    await page.waitForURL(/outliers\?group_name=rack/);
    expect(complaints).toEqual([]);
  });

  it("is told by the browser, to who asked for it, when it comes up", async () => {
    await context.grantPermissions(["notifications"]);
    await page.addInitScript(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      window.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title: string) {
          told.push(title);
        }
      } as never;
    });
    // The stream stays; only what the page asks for by the clock is moved on.
    await page.clock.install();
    await go("/");
    await page.getByLabel("Tell me in this browser").check();
    await page.clock.runFor(2_000);
    await baselineOf(server, ids);
    await server.ingest([0, 1, 2, 3].map(index => changed(index, { tuned_profile: "desktop" })));
    const causes = async () =>
      (await server.get<{ causes: unknown[] }>("/api/fleet/v1/causes?limit=500")).causes.length;
    await expect.poll(causes, { timeout: 20_000 }).toBeGreaterThan(0);
    await page.clock.runFor(31_000);
    await expect
      .poll(() => page.evaluate(() => (window as never as { told: string[] }).told), { timeout: 20_000 })
      .toContain("Hosts are not as gold says");
  });
});

describe("compared", () => {
  it("a host stands beside its group, and is the reference", async () => {
    await go(`/hosts/${ids[0]}`);
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("menuitem", { name: "With its group" }).click();
    await page.waitForURL(/\/compare\?/);
    expect(new URL(page.url()).searchParams.get("reference_id")).toBe(ids[0]);
    await page.getByText("8 columns").waitFor();
  });

  it("a group stands beside what it was, by cause and host by host", async () => {
    await server.ingest([changed(3, { tuned_profile: "desktop" })]);
    await go(`/groups/${group}`);
    await page.getByRole("button", { name: "Two moments" }).click();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.waitForURL(/\/changes\?.*group=rack/);
    await page.getByRole("heading", { name: "Changes", level: 1 }).waitFor();
    await page.getByText("8 hosts").first().waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Two moments" }).click();
    await page.getByLabel("Hosts side by side").check();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.waitForURL(/\/compare\?.*system_ids/);
  });
});

it("Back takes back one thing that was done: a choice, or what was typed in one go", async () => {
  await go("/hosts");
  await page.locator("tr[data-host]").first().waitFor();
  const find = page.getByLabel("Filter by name or id");
  await find.pressSequentially("exa", { delay: 20 });
  await page.waitForURL(/hostname_or_id=exa/);
  await find.pressSequentially("mple", { delay: 20 });
  await page.waitForURL(/hostname_or_id=example/);
  await page.getByRole("button", { name: "System", exact: true }).first().click();
  await page.waitForURL(/order_by=operating_system/);
  await page.goBack();
  await page.waitForURL(url => url.search === "?hostname_or_id=example");
  expect(await find.inputValue()).toBe("example");
  await page.goBack();
  await page.waitForURL(url => url.search === "");
  expect(await find.inputValue()).toBe("");
});
