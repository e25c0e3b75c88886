import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { faultsOf, openBrowser, openPage, WIDTHS } from "../support/browser";
import { freePort, Provider } from "../support/provider";
import { Server } from "../support/server";

let browser: Browser;
let provider: Provider;
let server: Server;
let page: Page;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
  provider = await Provider.start();
});
afterAll(async () => {
  await browser?.close();
  await provider?.stop();
});
beforeEach(async () => {
  const address = `127.0.0.1:${await freePort()}`;
  await provider.returnsTo(`http://${address}`);
  server = await Server.start(undefined, address, {
    PLUMBLINE_SERVER_MODE: "oidc",
    PLUMBLINE_SERVER_PUBLIC_URL: `http://${address}`,
    FLASK_ENV: "development",
    TRUSTED_OP_LIST: `${provider.issuer},http://127.0.0.1:9`,
    PLUMBLINE_OIDC_NAMES: `${provider.issuer}=The lab,http://127.0.0.1:9=Elsewhere`,
    PLUMBLINE_OIDC_CLIENT_ID: "plumbline",
    PLUMBLINE_OIDC_CLIENT_SECRET: "secret & more",
    PLUMBLINE_OIDC_ORGANISATION_CLAIM: "org",
    PLUMBLINE_OIDC_READER_ENTITLEMENTS: "readers",
    ADMIN_ENTITLEMENTS: "admins",
    PLUMBLINE_BENCHMARKS_CHECK_IMAGES: "false",
  });
  ({ page, context, complaints } = await openPage(browser));
});
afterEach(async () => {
  expect(ours(complaints)).toEqual([]);
  await context.close();
  await server.stop();
});

/**
 * Without what the provider's own pages lack (a font of the internet, an icon), and what is refused because nobody is known any
 * more or is no administrator.
 */
const ours = (all: string[]) => all.filter(each => !/ERR_NAME_NOT_RESOLVED|status of 40[0134]/.test(each));

/** Says at the provider who one is, and agrees where one has not before. */
async function signIn(at: Page, sub: string) {
  await at.locator('input[name="login"]').fill(sub);
  await at.locator('input[name="password"]').fill("x");
  await at.locator('button[type="submit"]').click();
  const agree = at.getByRole("button", { name: "Continue" });
  await agree.or(at.locator(".pl-frame")).first().waitFor();
  if (await agree.isVisible()) await agree.click();
}

/** Opens a path, and logs in where one is asked to. */
async function logIn(at: Page, path: string, sub: string) {
  await at.goto(server.url + path);
  await at.getByRole("link", { name: "Continue with The lab" }).click();
  await signIn(at, sub);
  await at.waitForURL(server.url + path);
}

const person = (at: Page, name: string) => at.getByRole("button", { name: `Logged in as ${name}` });

describe("the log-in", () => {
  it("leads back to the whole address that one came from, and out again", async () => {
    const path = "/hosts?display_name=web&page=1";
    await logIn(page, path, "red");
    await person(page, "Rosa Red").waitFor();
    await page.locator(".pl-live--live").waitFor();
    await page.getByText("No host has reported yet").or(page.getByText("No host matches")).first().waitFor();

    await person(page, "Rosa Red").click();
    await page.getByText("The lab · red · administrator").waitFor();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByText("You are logged out").waitFor();
    await page.goto(`${server.url}/hosts`);
    await page.getByRole("heading", { name: "Log in to Plumbline" }).waitFor();
    // The provider has forgotten them too: it asks again.
    await page.getByRole("link", { name: "Continue with The lab" }).click();
    await page.locator('input[name="login"]').waitFor();
  });

  it("is done in two tabs at once, and a log-out in one is seen in the other", async () => {
    const other = await context.newPage();
    for (const [at, path] of [
      [page, "/groups"],
      [other, "/compare"],
    ] as const) {
      await at.goto(server.url + path);
      await at.getByRole("link", { name: "Continue with The lab" }).click();
      await at.locator('input[name="login"]').waitFor();
    }
    await signIn(other, "red");
    await other.waitForURL(`${server.url}/compare`);
    await person(other, "Rosa Red").waitFor();
    await signIn(page, "red");
    await page.waitForURL(`${server.url}/groups`);
    await person(page, "Rosa Red").waitFor();

    await person(page, "Rosa Red").click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Yes, sign me out" }).waitFor();
    await other.bringToFront();
    await other.getByRole("link", { name: "Groups" }).click();
    await other.getByRole("heading", { name: "Log in to Plumbline" }).waitFor();
    expect(new URL(other.url()).searchParams.get("next")).toBe("/groups");
  });

  it("refuses what was begun elsewhere, and says so", async () => {
    await page.goto(`${server.url}/oidc-redirect?state=forged&code=forged`);
    await page.getByText("This log-in is over").waitFor();
    await page.goto(`${server.url}/hosts`);
    await page.getByRole("heading", { name: "Log in to Plumbline" }).waitFor();
  });

  it("is asked for again when the session has ended, and no address is lost", async () => {
    await logIn(page, "/groups", "red");
    await person(page, "Rosa Red").waitFor();
    await page.locator(".pl-live--live").waitFor();
    await context.clearCookies({ domain: "127.0.0.1", name: "plumbline-session" });
    await page.getByRole("link", { name: "Baselines" }).click();
    await page.getByRole("heading", { name: "Log in to Plumbline" }).waitFor();
    expect(new URL(page.url()).searchParams.get("next")).toBe("/baselines");
  });

  it("says what is wrong with a provider", async () => {
    await page.goto(`${server.url}/hosts`);
    await page.getByRole("link", { name: "Continue with Elsewhere" }).click();
    await page.getByText("Elsewhere cannot be reached").waitFor();
    expect(new URL(page.url()).searchParams.get("next")).toBe("/hosts");
    await provider.answers("html");
    await page.getByRole("link", { name: "Continue with The lab" }).click();
    await page.getByText("The lab does not answer as an OpenID provider does").waitFor();
    await provider.answers("ok");
  });

  it("lets nobody in who may nothing, and tells them so", async () => {
    await page.goto(`${server.url}/hosts`);
    await page.getByRole("link", { name: "Continue with The lab" }).click();
    await signIn(page, "stranger");
    await page.getByRole("heading", { name: "You may not see this" }).waitFor();
    await page.locator("main").getByText("stranger@example.org").waitFor();
  });

  it("comes before registration for benchmarks, which are open to everybody", async () => {
    await page.goto(`${server.url}/benchmarks`);
    await page.getByRole("heading", { name: "There is no result yet" }).waitFor();
    await page.getByRole("link", { name: "Submit", exact: true }).click();
    await page.getByText("You are not logged in").waitFor();
    await page.locator(".pf-v6-c-alert").getByRole("link", { name: "Log in" }).click();
    await page.getByRole("link", { name: "Continue with The lab" }).click();
    await signIn(page, "reader");
    await page.waitForURL(`${server.url}/benchmarks/submit`);
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByLabel("I accept these terms").check();
    await page.getByRole("dialog").getByRole("button", { name: "Register" }).click();
    await page.getByText("You are registered").waitFor();
    await page.getByText("You are not registered").waitFor({ state: "detached" });
  });
});

describe("the page of the log-in", () => {
  it.each(WIDTHS)("is there for everybody: %s", async (width, look) => {
    const opened = await openPage(browser, look);
    const wrong: string[] = [];
    const shown = async (what: string) => {
      await opened.quiet();
      wrong.push(...(await faultsOf(opened.page, what, width)));
    };
    await opened.page.goto(`${server.url}/login?problem=down&issuer=${provider.issuer}&next=/`);
    await opened.page.getByText("The lab cannot be reached").waitFor();
    await shown("log-in");
    await opened.page.getByRole("link", { name: "Continue with The lab" }).click();
    await signIn(opened.page, "red");
    await person(opened.page, "Rosa Red").click();
    await opened.page.getByRole("menuitem", { name: "Log out" }).waitFor();
    await opened.page.locator("h1").first().waitFor();
    await shown("logged in");
    wrong.push(...ours(opened.complaints));
    await opened.context.close();
    expect(wrong).toEqual([]);
  });
});
