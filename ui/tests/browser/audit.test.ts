import { beforeEach, expect, it } from "vitest";
import { findings, WIDTHS } from "../support/browser";
import { go, page, server, startForEach } from "../support/each";
import { reports } from "../support/feeds";

startForEach();

beforeEach(async () => {
  const [first, second] = await server.ingest(reports(0, 3));
  await server.send("PATCH", `/api/inventory/v1/hosts/${first}`, { display_name: "renamed" });
  await server.send("POST", "/api/inventory/v1/groups", { name: "web", host_ids: [first] });
  await server.send("DELETE", `/api/inventory/v1/hosts/${second}`);
});

const rows = () => page.getByRole("list", { name: "What was changed, newest first" }).getByRole("listitem");

it("what somebody changed stands there, the last first, and is narrowed by a click", async () => {
  await go("/audit");
  await rows().first().waitFor();
  expect(await rows().count()).toBe(3);
  const told = await rows().allTextContents();
  expect(told[0]).toContain("removed");
  expect(told[1]).toContain("made");
  expect(told[2]).toContain("changed");
  await rows().nth(2).getByTitle("Only this operation").click();
  await page.waitForFunction(() => document.querySelectorAll(".pl-audit__row").length === 1);
  expect(new URL(page.url()).searchParams.get("operation")).toContain("patch");
  await page.getByRole("button", { name: /^Remove the filter Operation/ }).click();
  await page.waitForFunction(() => document.querySelectorAll(".pl-audit__row").length === 3);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV of these 3" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("audit.csv");
});

it("it is found by search, and says what stands there while there is nothing", async () => {
  await go("/");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("audit");
  await page.getByRole("option", { name: /Audit log/ }).click();
  await rows().first().waitFor();
  await go("/audit?actor=nobody");
  await page.getByRole("heading", { name: "Nothing was changed" }).waitFor();
});

it.each(WIDTHS)("it is for everybody, %s", async (_, look) => {
  if (look.width) await page.setViewportSize({ width: look.width, height: look.height ?? 844 });
  await go("/audit");
  await rows().first().waitFor();
  expect(await findings(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  if (process.env.SHOTS)
    await page.screenshot({ path: `${process.env.SHOTS}/audit-${look.width ?? 1440}.png` });
});
