import { beforeEach, expect, it } from "vitest";
import { findings, WIDTHS } from "../support/browser";
import { forgive, go, page, server, startForEach } from "../support/each";
import { reports } from "../support/feeds";

startForEach();

/** Twelve hosts at one moment, twenty afterwards, one of the twelve renamed. */
let then: string;

beforeEach(async () => {
  const [first] = await server.ingest(reports(0, 12));
  await new Promise(done => setTimeout(done, 50));
  then = new Date().toISOString();
  await new Promise(done => setTimeout(done, 50));
  await server.ingest(reports(12, 20));
  await server.send("PATCH", `/api/inventory/v1/hosts/${first}`, { display_name: "renamed-since" });
});

const rows = () => page.locator(".pl-then tbody tr");
const bar = () => page.locator(".pl-moment");

it("a moment is chosen by keyboard, kept from page to page, and left again", async () => {
  await go("/");
  await page.getByRole("button", { name: "Show another moment" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "The fleet as it was" }).waitFor();
  await page.getByRole("button", { name: "An hour ago" }).click();
  await bar().getByText("As it was on").waitFor();
  await page.getByText("None was known on").waitFor();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Hosts" }).click();
  await page.getByRole("heading", { name: "No such host then" }).waitFor();
  expect(new URL(page.url()).searchParams.get("as_of")).toBeTruthy();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Packages" }).click();
  await page.getByRole("heading", { name: "No host had told its packages by then" }).waitFor();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Groups" }).click();
  await bar().getByText("This page shows now").waitFor();
  await page.getByRole("button", { name: "Back to now" }).click();
  await bar().waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("as_of")).toBeNull();
  // Back is one thing that a person did.
  await page.goBack();
  await bar().waitFor();
});

it("a moment that is to come is refused where it is written", async () => {
  await go("/");
  await page.getByRole("button", { name: "Show another moment" }).click();
  await page.getByRole("textbox", { name: "At" }).fill("2999-01-01T00:00");
  await page.getByText("That moment is to come.").waitFor();
  expect(await page.getByRole("button", { name: "Show", exact: true }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

it("overview, hosts and a host are as they were", async () => {
  const at = `as_of=${encodeURIComponent(then)}`;
  await go(`/?${at}`);
  const total = page.locator(".pl-states__total");
  expect(await total.textContent()).toBe("12");
  await total.click();
  await rows().first().waitFor();
  expect(await rows().count()).toBe(12);
  const box = page.getByRole("combobox", { name: "Question about hosts" });
  await box.fill("name:renamed*");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No such host then" }).waitFor();
  await box.fill("state:fresh");
  await page.getByText("check-ins that changed nothing do not stay in the log").first().waitFor();
  await box.fill("name:*");
  await page.keyboard.press("Enter");
  await rows().first().getByRole("link").click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(new URL(page.url()).searchParams.get("at")).toBeTruthy();
  forgive("the server responded with a status of 400");
});

it("a host alone follows the clock, and one that was not known says so", async () => {
  const hosts = await server.get<{ hosts: { id: string; display_name: string }[] }>(
    "/api/fleet/v1/hosts?q=name:renamed-since",
  );
  const host = hosts.hosts[0];
  await go(`/hosts/${host?.id}?as_of=${encodeURIComponent(then)}`);
  const title = page.getByRole("heading", { level: 1 });
  await title.waitFor();
  expect(await title.textContent()).not.toBe("renamed-since");
  // The ruler leads back to now, too.
  await page.getByRole("region", { name: "Changes" }).getByRole("button", { name: "Back to now" }).click();
  await page.getByRole("heading", { level: 1, name: "renamed-since" }).waitFor();
  await bar().waitFor({ state: "detached" });
  await go(`/hosts/${host?.id}?as_of=2020-01-01T00:00:00Z`);
  await page.getByText("The host cannot be shown").waitFor();
  forgive("the server responded with a status of 404");
});

it.each(WIDTHS)("what is shown of the past is for everybody, %s", async (_, look) => {
  if (look.width) await page.setViewportSize({ width: look.width, height: look.height ?? 844 });
  for (const path of ["/", "/hosts", "/changes", "/groups"]) {
    await go(`${path}?as_of=${encodeURIComponent(then)}`);
    await bar().waitFor();
    await page.locator("main h1").first().waitFor({ state: "attached" });
    await page.waitForTimeout(300);
    expect(await findings(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    if (process.env.SHOTS)
      await page.screenshot({
        path: `${process.env.SHOTS}/clock-${path.slice(1) || "overview"}-${look.width ?? 1440}.png`,
      });
  }
});
