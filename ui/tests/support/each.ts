import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { openBrowser, openPage } from "./browser";
import { Server } from "./server";

/** What each test has: a program of its own, and a page on it. */
export let server: Server;
export let browser: Browser;
export let page: Page;
/** What the console complains of; at the end of a test there must be nothing. */
export let complaints: string[];
export let context: BrowserContext;

/** Starts them before each test of the file, the program with these variables, and ends them after it. */
export function startForEach(env: Record<string, string> = {}) {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    server = await Server.start(undefined, undefined, env);
    ({ page, context, complaints } = await openPage(browser));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
    await server.stop();
  });
}

/** Takes complaints that a test meant from the list: those that have the text, or match. */
export function forgive(meant: string | RegExp, list = complaints) {
  const isMeant = (text: string) => (typeof meant === "string" ? text.includes(meant) : meant.test(text));
  // The page goes on adding to this very list.
  list.splice(0, list.length, ...list.filter(text => !isMeant(text)));
}

/** Starts the program, which was stopped, on the folder and the address that it had. */
export const startAgain = async () => {
  server = await Server.start(server.folder, server.address);
};

/** Opens a path and waits until what is shown is live. */
export const go = async (path: string) => {
  await page.goto(server.url + path);
  await page.locator(".pl-live--live").waitFor();
};

/** Waits until one notice says so. */
export const told = (text: string | RegExp) =>
  page.locator(".pf-v6-c-alert__title").filter({ hasText: text }).waitFor();
