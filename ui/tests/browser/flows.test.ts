import { beforeEach, describe, expect, it } from "vitest";
import { forgive, go, page, server, startAgain, startForEach, told } from "../support/each";
import { grouped, reports } from "../support/feeds";

startForEach();

const names = () => page.locator("tbody .pl-name").allTextContents();
const rows = () => page.locator("tbody tr[data-host]");
const choose = (at: number) => rows().nth(at).locator("input").click();
/** Waits until the list shows as many. */
const counted = (many: number) =>
  page.waitForFunction(wanted => document.querySelectorAll("tbody tr[data-host]").length === wanted, many);

describe("the list of hosts", () => {
  beforeEach(async () => {
    await server.ingest(reports(0, 120));
  });

  it("is narrowed by name, state and tag, and the address holds all of it", async () => {
    await go("/hosts");
    await page.getByLabel("Filter by name or id").fill("web-");
    await page.waitForURL(/hostname_or_id=web-/);
    await page.waitForFunction(() =>
      [...document.querySelectorAll("tbody .pl-name")].every(name => name.textContent?.startsWith("web-")),
    );
    await page.getByRole("button", { name: "State" }).click();
    await page.getByRole("menuitem", { name: /Fresh/ }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Tags", exact: true }).click();
    await page.getByPlaceholder("Find a tag").fill("env=prod");
    await page.getByRole("menuitem", { name: /ops\/env=prod/ }).click();
    await page.waitForURL(/tags=ops\/env/);
    const expected = await server.get<{ total: number }>(
      "/api/inventory/v1/hosts?hostname_or_id=web-&staleness=fresh&tags=ops/env%3Dprod",
    );
    expect(expected.total).toBeGreaterThan(0);
    await counted(expected.total);

    const address = page.url();
    await page.goto(address);
    await counted(expected.total);
    expect(await page.locator(".pl-chips .pf-v6-c-label").count()).toBe(3);
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.waitForURL(url => url.search === "");
    await page.getByText("of 120").waitFor();
  });

  it("is ordered by name, and by a click the other way round", async () => {
    await go("/hosts?per_page=100");
    await page.locator('th[aria-sort="ascending"]').waitFor();
    await page.locator("tbody .pl-name").first().waitFor();
    const up = await names();
    expect(up).toEqual([...up].sort());
    await page.getByRole("button", { name: "Name", exact: true }).click();
    await page.waitForURL(/order_by=display_name&order_how=DESC/);
    await page.locator('th[aria-sort="descending"]').waitFor();
    await page.locator(".pl-list__table--waiting").waitFor({ state: "detached" });
    await page.waitForFunction(
      first => document.querySelector("tbody .pl-name")?.textContent !== first,
      up[0],
    );
    const down = await names();
    expect(down).toEqual([...down].sort().reverse());
  });

  it("turns pages, and shows the columns that are asked for", async () => {
    await go("/hosts?per_page=50");
    await page.getByText("1–50 of 120").waitFor();
    await page.getByRole("button", { name: "Page after" }).click();
    await page.getByText("51–100 of 120").waitFor();
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitem", { name: "Kernel" }).click();
    await page.waitForURL(/columns=.*kernel/);
    const heads = () => page.getByRole("columnheader").allTextContents();
    const usual = ["", "Name", "State", "System", "Group", "Tags", "CPUs", "Memory", "Last seen", "Changed"];
    await page.waitForFunction(() => document.querySelectorAll("thead th").length === 11);
    expect(await heads()).toEqual([...usual, "Kernel"]);
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("columnheader", { name: "Kernel" }).waitFor();
    expect(await heads()).toEqual([...usual, "Kernel"]);
  });

  it("shows the columns that an address names, also after a turn of the page", async () => {
    await go("/hosts?columns=name,os,kernel,seen&per_page=50");
    const heads = () => page.getByRole("columnheader").allTextContents();
    await page.getByText("1–50 of 120").waitFor();
    expect(await heads()).toEqual(["", "Name", "System", "Last seen", "Kernel"]);
    await page.getByRole("button", { name: "Page after" }).click();
    await page.getByText("51–100 of 120").waitFor();
    expect(await heads()).toEqual(["", "Name", "System", "Last seen", "Kernel"]);
  });

  it("chooses many, moves them to a new group, and out again", async () => {
    await go("/hosts?order_by=display_name");
    await choose(0);
    await rows()
      .nth(3)
      .locator("input")
      .click({ modifiers: ["Shift"] });
    await page.getByText("4 hosts chosen").waitFor();
    const chosen = (await names()).slice(0, 4);
    await page.locator(".pl-bulk").getByRole("button", { name: "Group" }).click();
    await page.getByPlaceholder("Find a group, or name a new one").fill("rack 7");
    await page.getByLabel("New group “rack 7”").check();
    await page.getByRole("button", { name: "Create and move" }).click();
    await told("4 hosts → rack 7");
    await page.goto(`${server.url}/hosts?group_name=rack+7&order_by=display_name`);
    await counted(4);
    expect(await names()).toEqual(chosen);
    await page.getByLabel("Choose all rows that are shown").check();
    await page.locator(".pl-bulk").getByRole("button", { name: "Group" }).click();
    await page.getByLabel("No group").check();
    await page.getByRole("button", { name: "Take out" }).click();
    await told("4 hosts left the group");
    await page.getByRole("heading", { name: "No host matches" }).waitFor();
  });

  it("renames one and deletes some, after asking", async () => {
    await go("/hosts?order_by=display_name");
    await rows().nth(2).waitFor();
    const [first, second, third] = await names();
    await choose(0);
    await page.locator(".pl-bulk").getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Display name" }).fill("aaa the first");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await told("Renamed to aaa the first");
    await page.getByRole("link", { name: "aaa the first" }).waitFor();

    await choose(1);
    await choose(2);
    await page.locator(".pl-bulk").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: /Delete 2 hosts\?/ }).waitFor();
    expect(await page.locator(".pl-names li").allTextContents()).toEqual([second, third]);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect((await server.get<{ total: number }>("/api/inventory/v1/hosts")).total).toBe(120);
    await page.locator(".pl-bulk").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete 2 hosts" }).click();
    await told("Deleted 2 hosts");
    await page.getByText("of 118").waitFor();
    expect(await names()).not.toContain(second);
    expect(first).not.toBe("aaa the first");
  });

  it("gives its request as a command for a shell", async () => {
    await go("/hosts?tags=ops/env%3Dprod");
    await page.getByRole("button", { name: "More of this list" }).click();
    await page.getByRole("menuitem", { name: "Copy as curl" }).click();
    await told("The curl command is copied");
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toContain(`curl --silent '${server.url}/api/inventory/v1/hosts?tags=ops%2Fenv%3Dprod`);
  });
});

describe("tags", () => {
  it("are added to many and taken off again", async () => {
    await server.ingest(reports(0, 3));
    await go("/hosts");
    await counted(3);
    await page.getByLabel("Choose all rows that are shown").check();
    await page.locator(".pl-bulk").getByRole("button", { name: "Tags" }).click();
    await page.getByLabel("Add a tag").fill("ops/window=sunday");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await told("Tags of 3 hosts: 1 added");
    await page.goto(`${server.url}/hosts?tags=ops/window%3Dsunday`);
    await counted(3);
    await page.locator("tbody .pl-name").first().click();
    await page.getByLabel("Hosts with the tag ops/window=sunday").waitFor();
    await page.locator(".pl-host__acts").getByRole("button", { name: "Tags" }).click();
    await page.getByRole("button", { name: "Take off ops/window=sunday" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await told(/1 taken off/);
    await page.getByLabel("Hosts with the tag ops/window=sunday").waitFor({ state: "detached" });
  });
});

describe("one host", () => {
  let id: string;
  beforeEach(async () => {
    [id] = (await server.ingest(reports(0, 1))) as [string];
    await server.ingest(reports(0, 1, { generation: 1 }));
    await server.ingest(reports(0, 1, { generation: 2 }));
  });

  it("shows its facts by section, and finds in all of them", async () => {
    await go(`/hosts/${id}`);
    await page.getByRole("button", { name: /^Packages/ }).click();
    await page.waitForURL(/section=installed_packages|section=packages/);
    await page.getByRole("region", { name: "Packages", exact: true }).waitFor();
    const drawn = await page.locator(".pl-table--texts tbody tr").count();
    expect(drawn).toBeLessThan(120);
    await page.getByLabel("Find in the facts of this host").fill("openssl");
    await page.waitForURL(/find=openssl/);
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".pl-table--texts tbody td:first-child")].every(cell =>
        cell.textContent?.includes("openssl"),
      ),
    );
  });

  it("is shown as it was after one click on the ruler, and compared after two", async () => {
    await go(`/hosts/${id}?list=true`);
    const moments = page.locator(".pl-moments button");
    await moments.first().waitFor();
    expect(await moments.count()).toBe(3);
    await moments.nth(2).click();
    await page.waitForURL(/at=\d+/);
    await page.getByText("Choose a second moment to compare").waitFor();
    await moments.nth(0).click();
    await page.waitForURL(/from=\d+.*to=\d+/);
    const [newest, , oldest] = await server.timeline(id);
    const path = `/api/fleet/v1/hosts/${id}/diff?from_seq=${oldest?.seq}&to_seq=${newest?.seq}`;
    const { sections } = await server.get<{ sections: { section: string; changes: { key: string }[] }[] }>(
      path,
    );
    const keys = sections.flatMap(section => section.changes.map(change => change.key));
    expect(keys.length).toBeGreaterThan(0);
    await page.locator(".pl-table--diff").first().waitFor();
    expect(await page.locator(".pl-table--diff tbody td:nth-child(2)").allTextContents()).toEqual(keys);
    await page.reload();
    await page.locator(".pl-table--diff").first().waitFor();
    await page.getByRole("button", { name: "Back to the host" }).click();
    await page.getByRole("heading", { name: "System" }).waitFor();
  });

  it("is compared by keyboard alone", async () => {
    await go(`/hosts/${id}?span=1h`);
    await page.locator(".pl-ruler__now").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.waitForURL(/at=\d+/);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.waitForURL(/from=\d+/);
    await page.getByRole("region", { name: "What differs" }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL(url => !/from=/.test(url.search));
  });

  it("leads back to the list when it is deleted", async () => {
    await go(`/hosts/${id}`);
    await page.getByRole("button", { name: "More of this host" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/\/hosts$/);
    await page.getByRole("heading", { name: "No host has reported yet" }).waitFor();
    forgive("404");
  });
});

describe("groups", () => {
  it("are made, renamed, filled, and deleted", async () => {
    await server.ingest(reports(0, 4));
    await go("/groups");
    await page.getByRole("button", { name: "New group" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("rack 1");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await told("Made the group rack 1");
    await page.getByRole("link", { name: "rack 1" }).click();
    await page.getByRole("heading", { name: "No host is in this group" }).waitFor();
    await page.getByRole("button", { name: "Add hosts" }).first().click();
    await page.locator(".pl-choices input").nth(0).check();
    await page.locator(".pl-choices input").nth(1).check();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Add 2/ })
      .click();
    await told("2 hosts → rack 1");
    await counted(2);
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("rack 2");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await page.getByRole("heading", { name: "rack 2" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Its 2 hosts stay, without a group.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/\/groups$/);
    forgive("404");
  });
});

describe("Ctrl-K", () => {
  it("finds hosts, tags and groups, and goes there by keyboard", async () => {
    const ids = await server.ingest(reports(0, 30));
    const group = await grouped(server, "web rack", ids.slice(0, 5));
    await go("/");
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Find hosts, tags and groups" });
    await field.fill("web");
    await page.getByRole("group", { name: "Groups" }).getByRole("option").waitFor();
    await page
      .getByRole("group", { name: "Tags" })
      .getByRole("option", { name: /app\/web/ })
      .waitFor();
    await field.fill("10.");
    await page.getByRole("group", { name: "Addresses" }).getByRole("option").first().waitFor();
    await field.fill("web");
    const host = page.getByRole("option", { name: /^web-\d/ }).first();
    const name = (await host.locator(".pl-search__name").textContent()) as string;
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name, level: 1 }).waitFor();

    await page.keyboard.press("Control+k");
    await field.fill("web rack");
    await page.waitForFunction(() => document.querySelectorAll('[role="option"]').length === 1);
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/groups/${group}`));

    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
  });
});

describe("live", () => {
  it("a new report shows within two seconds, without a reload and without losing one's place", async () => {
    await server.ingest(reports(0, 10));
    await go("/hosts");
    await counted(10);
    await choose(4);
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    const started = Date.now();
    await server.ingest(reports(10, 11));
    // The mouse is over the rows: they stand still until the new one is asked for.
    await page.getByRole("button", { name: "1 row new or moved, show" }).click({ timeout: 2_000 });
    await counted(11);
    const took = Date.now() - started;
    expect(took).toBeLessThan(2_000);
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
    await page.getByText("1 host chosen").waitFor();
  });

  it("nobody is at the rows: what is new shows by itself", async () => {
    await server.ingest(reports(0, 10));
    await go("/hosts");
    await counted(10);
    await server.ingest(reports(10, 12));
    await counted(12);
  });

  it("rows stand still while machines report what is known, and only a change is one", async () => {
    await server.ingest(reports(0, 20));
    await go("/hosts");
    await counted(20);
    const before = await names();
    expect(before).toEqual([...before].sort());
    await server.ingest(reports(10, 15));
    await server.ingest(reports(3, 4, { generation: 1 }));
    const changed = page.locator("tbody .pl-changed", { hasText: "packages" });
    await changed.waitFor();
    expect(await changed.count()).toBe(1);
    expect(await names()).toEqual(before);
    const { changes } = await server.get<{ changes: { host: { display_name: string } }[] }>(
      "/api/fleet/v1/changes?kind=updated",
    );
    expect(changes).toHaveLength(1);
    const row = rows().filter({ hasText: changes[0]?.host.display_name as string });
    expect(await row.locator(".pl-changed").textContent()).toContain("packages");
  });

  it("the overview counts on by itself", async () => {
    await server.ingest(reports(0, 2));
    await go("/");
    await page.locator(".pl-states__total", { hasText: /^2$/ }).waitFor();
    await server.ingest(reports(2, 5));
    await page.locator(".pl-states__total", { hasText: /^5$/ }).waitFor({ timeout: 2_000 });
  });

  it("says when the server is gone, and goes on when it is back", async () => {
    await server.ingest(reports(0, 2));
    await go("/hosts");
    await counted(2);
    await server.stop(true);
    await page.locator(".pl-live--waiting").waitFor();
    await startAgain();
    await server.ingest(reports(2, 3));
    await page.locator(".pl-live--live").waitFor({ timeout: 15_000 });
    await counted(3);
    forgive(/ERR_CONNECTION|ERR_INCOMPLETE|net::/);
  });
});

describe("a refusal", () => {
  it("is shown in the words of the API, with a way to try again", async () => {
    await server.ingest(reports(0, 2));
    let refusing = true;
    await page.route("**/api/inventory/v1/hosts?*", route =>
      refusing
        ? route.fulfill({
            status: 400,
            json: { title: "Bad Request", detail: "tags: no such thing", status: 400 },
          })
        : route.continue(),
    );
    await go("/hosts");
    await page.getByText("The hosts cannot be shown (400)").waitFor();
    await page.getByText("tags: no such thing").waitFor();
    refusing = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await counted(2);
    forgive("400");
  });
});

describe("the frame", () => {
  it("keeps the colours that somebody chose", async () => {
    await go("/hosts");
    const isDark = () => page.evaluate(() => document.documentElement.classList.contains("pf-v6-theme-dark"));
    expect(await isDark()).toBe(false);
    await page.getByRole("button", { name: "Dark" }).click();
    expect(await isDark()).toBe(true);
    await page.reload();
    expect(await isDark()).toBe(true);
    await page.getByRole("button", { name: "As the system" }).click();
    expect(await isDark()).toBe(false);
  });

  it("is walked through by keyboard, and the first step leads past it", async () => {
    await go("/groups");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  });
});
