import { beforeEach, describe, expect, it } from "vitest";
import { forgive, go, page, server, startAgain, startForEach } from "../support/each";
import { reports } from "../support/feeds";

startForEach();

const rows = () => page.locator("tbody tr[data-host]");
const away = () => page.getByText("The server does not answer. What is shown is of");
/** What the browser itself says of a server that is away is no fault of the page. */
const forgiveNetwork = () => forgive(/ERR_|net::|Failed to fetch/);

beforeEach(async () => {
  await server.ingest(reports(0, 5));
});

describe("while the server is away", () => {
  it("a page that was not visited before keeps the frame, and comes when the server is back", async () => {
    await go("/hosts");
    await rows().first().waitFor();
    await server.stop(true);
    await page.getByRole("link", { name: "Baselines", exact: true }).click();
    await away().waitFor();
    expect(await page.locator(".pl-live--live").count()).toBe(0);
    expect(await page.getByRole("navigation", { name: "Pages" }).isVisible()).toBe(true);
    await startAgain();
    await page.getByRole("heading", { name: "There is no baseline yet" }).waitFor({ timeout: 20_000 });
    await away().waitFor({ state: "detached" });
    forgiveNetwork();
  });

  it("rows, an open dialog and what was written into it stay, and it is sent when the server is back", async () => {
    await go("/hosts");
    await rows().first().locator("input").click();
    await page.getByRole("button", { name: "Rename" }).click();
    const name = page.getByLabel("Display name");
    await name.fill("a new name");
    await server.stop(true);
    await away().waitFor();
    // Long enough for every list to be asked for anew.
    await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    await page.waitForTimeout(3_000);
    expect(await rows().count()).toBe(5);
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await page.getByText("It did not work").waitFor();
    expect(await name.inputValue()).toBe("a new name");
    await startAgain();
    await page.locator(".pl-live--live").waitFor({ timeout: 20_000 });
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await rows().filter({ hasText: "a new name" }).waitFor();
    forgiveNetwork();
  });

  it("a page that is opened anew tells so, and shows its rows when the server is back", async () => {
    await go("/hosts");
    await page.route("**/api/inventory/**", route => route.fulfill({ status: 503, body: "" }));
    await page.reload();
    await page.locator(".pl-frame").waitFor();
    await page.waitForTimeout(1_500);
    expect(await page.getByText("cannot be shown").count()).toBe(0);
    await page.unroute("**/api/inventory/**");
    await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-host]").length === 5);
    forgive("503");
  });
});

describe("after an upgrade", () => {
  /** From the next start on the server has another program. */
  const upgrade = () =>
    page.route(
      url => url.pathname === "/",
      async route => {
        const response = await route.fetch();
        const body = (await response.text()).replace(/\/assets\/index-[^"]+\.js/, "/assets/index-newer.js");
        await route.fulfill({
          response,
          body: route.request().resourceType() === "fetch" ? body : undefined,
        });
      },
    );

  it("the page is loaded anew once, and says why", async () => {
    await go("/groups");
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await upgrade();
    await server.stop(true);
    await page.locator(".pl-live--waiting").waitFor();
    await startAgain();
    await page.getByText("Plumbline was upgraded; the page was loaded anew.").waitFor({ timeout: 20_000 });
    expect(await page.evaluate(() => "notReloaded" in window)).toBe(false);
    expect(new URL(page.url()).pathname).toBe("/groups");
    forgiveNetwork();
  });

  it("an open dialog is left alone until somebody goes on", async () => {
    await go("/groups");
    await page.getByRole("button", { name: "New group" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).fill("rack 9");
    await upgrade();
    await server.stop(true);
    await page.locator(".pl-live--waiting").waitFor();
    await startAgain();
    await page.getByText("this page is of the version before").waitFor({ timeout: 20_000 });
    expect(await page.getByRole("textbox", { name: "Name" }).inputValue()).toBe("rack 9");
    forgiveNetwork();
  });
});
