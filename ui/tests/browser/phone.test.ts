import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, openPage } from "../support/browser";
import { grouped, reports } from "../support/feeds";
import { Server } from "../support/server";

let server: Server;
let browser: Browser;
let page: Page;
let context: BrowserContext;
let ids: string[];
let group: string;

const PHONE = { width: 390, height: 844 };

beforeAll(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ids = await server.ingest(reports(0, 30, { system: 0, lean: true }));
  await server.ingest(reports(0, 3, { system: 1, lean: true }));
  group = await grouped(server, "rack 1", ids.slice(0, 5));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const open = async (path: string, look = {}) => {
  ({ page, context } = await openPage(browser, look));
  await page.goto(server.url + path);
  await page.locator(".pl-live--live").waitFor();
  await page.locator(".pl-loading").first().waitFor({ state: "detached" });
};

describe("on a phone", () => {
  it("no menu is off the screen", async () => {
    const off: string[] = [];
    const paths = ["/hosts", `/groups/${group}`];
    for (const path of [...paths, `/compare?system_ids=${ids[1]}&system_ids=${ids[2]}`]) {
      await open(path, PHONE);
      const toggles = page.locator("main .pf-v6-c-menu-toggle:visible");
      await toggles.first().waitFor();
      for (let at = 0; at < (await toggles.count()); at += 1) {
        await toggles.nth(at).click();
        const menu = page.locator(".pf-v6-c-menu").last();
        await menu.waitFor();
        // It comes to its place a moment later.
        await page.waitForTimeout(150);
        const box = await menu.boundingBox();
        if (!box || box.x < -1 || box.x + box.width > 391) off.push(`${path} ${at}: ${JSON.stringify(box)}`);
        await page.keyboard.press("Escape");
        await menu.waitFor({ state: "detached" });
      }
      await context.close();
    }
    expect(off).toEqual([]);
  });

  it("all that are shown are chosen, the list is put in order, and a card opens its host", async () => {
    await open("/hosts", PHONE);
    await page.locator("tr[data-host]").first().waitFor();
    await page.getByLabel("All that are shown").check();
    await page.getByText("30 hosts chosen").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("dialog", { name: "Delete 30 hosts?" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Choose none" }).click();
    await page.getByLabel("Order").selectOption("Name, Z to A");
    await page.waitForURL(/order_how=DESC/);
    const names = () => page.locator("tr[data-host] .pl-name").allTextContents();
    const isInOrder = async () => {
      const shown = await names();
      return shown.length > 0 && shown.join() === [...shown].sort().reverse().join();
    };
    await expect.poll(isInOrder).toBe(true);
    const card = page.locator("tr[data-host]").nth(1);
    const id = await card.getAttribute("data-host");
    await card.locator(".pl-col-os").click();
    await page.waitForURL(url => url.pathname === `/hosts/${id}`);
    await page
      .getByRole("button", { name: "More of this host" })
      .or(page.getByLabel(/^More/))
      .first()
      .click();
    await page.getByRole("menuitem", { name: /Delete/ }).click();
    const name = (await page.locator("main h1").textContent()) ?? "";
    await page.getByRole("dialog", { name: `Delete ${name}?` }).waitFor();
    await context.close();
  });

  it("the legend of a chart stands below its title", async () => {
    await open("/", PHONE);
    const title = await page.getByRole("heading", { name: "Last 24 hours", exact: true }).boundingBox();
    const legend = await page.locator(".pl-activity__legend").boundingBox();
    expect(legend?.y).toBeGreaterThanOrEqual((title?.y ?? 0) + (title?.height ?? 0));
    await context.close();
  });
});

it("where the system chooses all colours, bars, marks and what is pressed are still seen", async () => {
  const [newest, oldest] = await server
    .timeline(ids[0] as string)
    .then(all => [all[0]?.seq, all.at(-1)?.seq]);
  await open(`/hosts/${ids[0]}?from=${oldest}&to=${newest}`);
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  const ground = (selector: string, pseudo?: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, which) => getComputedStyle(element, which).backgroundColor, pseudo);
  const canvas = await ground("body");
  expect(await ground(".pl-mark-button", "::after")).not.toBe(canvas);
  await page.goto(`${server.url}/`);
  await page.locator(".pl-bars__track span").first().waitFor();
  for (const selector of [".pl-bars__track span", ".pl-states__bar span"])
    expect(await ground(selector), selector).not.toBe(canvas);
  await page.goto(`${server.url}/hosts`);
  const pressed = await ground('.pl-switch [aria-pressed="true"]');
  expect(pressed).not.toBe(await ground('.pl-switch [aria-pressed="false"]'));
  await context.close();
});

it("after a dialog the focus is where it was", async () => {
  await open("/groups");
  const back = async (name: string) => {
    const button = page.getByRole("button", { name, exact: true });
    await button.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect
      .poll(() => button.evaluate(element => element === document.activeElement), { message: name })
      .toBe(true);
  };
  await back("New group");
  await back("Rename rack 1");
  await back("Keys, help and version");
  await page.goto(`${server.url}/groups/${group}`);
  for (const name of ["Two moments", "Add hosts", "Delete"]) await back(name);
  await page.goto(`${server.url}/notifications`);
  await back("New channel");
  await context.close();
});
