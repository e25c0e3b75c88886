import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf, openBrowser, openPage, WIDTHS } from "../support/browser";
import { forgive } from "../support/each";
import { Server } from "../support/server";

let server: Server;
let browser: Browser;
/** What the receiver answers, and what it was told. */
let status = 204;
const heard: { event: string; signature: string }[] = [];
const receiver = createServer((request, response) => {
  const header = (name: string) => String(request.headers[name] ?? "");
  heard.push({ event: header("plumbline-event"), signature: header("webhook-signature") });
  request.resume();
  response.writeHead(status).end();
});
let hook: string;

beforeAll(async () => {
  await new Promise<void>(done => receiver.listen(0, "127.0.0.1", done));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  server = await Server.start(undefined, undefined, { PLUMBLINE_NOTIFICATIONS_ALLOWED_URLS: hook });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  receiver.close();
});

it("a channel is made, tried out, changed and removed; what is refused is sent again", async () => {
  const { page, context, complaints } = await openPage(browser);
  const dialog = page.getByRole("dialog");
  const told = (text: string) =>
    page.locator(".pf-v6-c-alert__title").filter({ hasText: text }).first().waitFor();
  await page.goto(`${server.url}/dashboards/alerts`);
  await page.getByRole("link", { name: "Notifications", exact: true }).click();
  await page.getByRole("heading", { name: "Nobody is told yet" }).waitFor();
  expect(await faultsOf(page, "notifications, none", "1440 wide")).toEqual([]);

  await page.getByRole("button", { name: "New channel" }).click();
  await dialog.getByLabel("Name").fill("chat room");
  await dialog.getByLabel("URL").fill("https://me@chat.example.org/hook");
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.getByText("It did not work").waitFor();
  forgive("400", complaints);
  await dialog.getByLabel("URL").fill(hook);
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "The secret of chat room" }).waitFor();
  expect(await dialog.locator("code").textContent()).toMatch(/\S{16,}/);
  await page.getByRole("button", { name: "I have it" }).click();

  await page.getByRole("button", { name: "Send a test to chat room" }).click();
  await told("A test is on its way to chat room");
  await page.getByText("All delivered").waitFor();
  await expect.poll(() => heard.map(each => each.event), { timeout: 20_000 }).toContain("test");
  expect(heard[0]?.signature).toMatch(/^v1,/);

  // A receiver that refuses for good.
  status = 410;
  await page.getByRole("button", { name: "Send a test to chat room" }).click();
  await page.locator(".pl-table--dead tbody tr").waitFor({ timeout: 30_000 });
  expect(await page.locator(".pl-dead__why").textContent()).toContain("410");
  status = 204;
  const before = heard.length;
  await page.getByRole("button", { name: /^Send again/ }).click();
  await told("It is on its way again");
  await page.getByText("Nothing. What fails is tried again").waitFor();
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(before);

  await page.getByRole("button", { name: "Change chat room" }).click();
  await dialog.getByLabel("Drift of each report").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Drift of each report", { exact: true }).waitFor();
  await page.getByRole("button", { name: "New channel" }).click();
  await dialog.getByLabel("Name").fill("chat room");
  await dialog.getByText("There is a channel of this name.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Remove chat room" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("heading", { name: "Nobody is told yet" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it("everybody can read it, on a desk and on a phone", async () => {
  const wrong: string[] = [];
  const channel = (kind: string, address: string) => ({ kind, address, events: ["alert", "cause", "drift"] });
  const base = "/api/notifications/v1";
  await server.send("PUT", `${base}/channels/chat%20room`, channel("webhook", hook));
  await server.send("PUT", `${base}/channels/operations`, channel("email", "ops@example.org"));
  status = 410;
  await server.send("POST", `${base}/channels/chat%20room/test`);
  await expect
    .poll(async () => (await server.get<{ total: number }>(`${base}/dead-letters`)).total, {
      timeout: 30_000,
    })
    .toBe(1);
  status = 503;
  await server.send("POST", `${base}/channels/chat%20room/test`);
  for (const [width, look] of WIDTHS) {
    const { page, context, complaints } = await openPage(browser, look);
    await page.goto(`${server.url}/notifications`);
    await page.locator(".pl-table--dead tbody tr").waitFor();
    await page.locator(".pl-channel__standing--failing").waitFor();
    wrong.push(...(await faultsOf(page, "notifications", width)), ...complaints);
    if (look.width) {
      await page.getByRole("button", { name: "New channel" }).click();
      await page.getByRole("dialog").getByLabel("Name").waitFor();
      wrong.push(...(await faultsOf(page, "notifications, new", width)));
    }
    await context.close();
  }
  expect(wrong).toEqual([]);
});
