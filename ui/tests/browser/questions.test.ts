import { beforeEach, expect, it } from "vitest";
import { forgive, go, page, server, startForEach } from "../support/each";
import { reports } from "../support/feeds";

startForEach();

const rows = () => page.locator("tbody tr[data-host]");
const box = () => page.getByRole("combobox", { name: "Question about hosts" });
const offered = () => page.getByRole("listbox", { name: "What may follow" }).getByRole("option");

beforeEach(async () => {
  await server.ingest(reports(0, 20));
});

it("a question is written by keyboard from what is offered, and is kept in the address", async () => {
  await go("/hosts");
  await rows().first().waitFor();
  await box().click();
  await page.keyboard.type("number_of_c");
  await offered().filter({ hasText: "number_of_cpus:" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await box().inputValue()).toBe("number_of_cpus:");
  // A value that hosts have.
  await offered().filter({ hasText: "host" }).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("and not name:x*");
  await page.keyboard.press("Enter");
  const question = await box().inputValue();
  expect(question).toMatch(/^number_of_cpus:\d+ and not name:x\*$/);
  const path = `/api/fleet/v1/hosts?limit=0&q=${encodeURIComponent(question)}`;
  const { total } = await server.get<{ total: number }>(path);
  expect(total).toBeGreaterThan(0);
  await page.waitForFunction(n => document.querySelectorAll("tbody tr[data-host]").length === n, total);
  expect(new URL(page.url()).searchParams.get("q")).toBe(question);
  await page.reload();
  await page.waitForFunction(n => document.querySelectorAll("tbody tr[data-host]").length === n, total);
  expect(await box().inputValue()).toBe(question);
  await page.getByRole("button", { name: /^Remove the filter Question/ }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-host]").length === 20);
  expect(await box().inputValue()).toBe("");
  // What was counted before the question was whole.
  forgive("the server responded with a status of 400");
});

it("a mistake is told where it is written, and what would be right", async () => {
  await go("/hosts");
  await box().fill("web and tga:x");
  const told = page.getByText(
    "Character 9, `tga`: there is no such field; the nearest is `tag`; a text to look for stands in quotes",
  );
  await told.waitFor();
  expect(await box().getAttribute("aria-invalid")).toBe("true");
  await box().fill("name:*");
  await page.getByText("20 hosts", { exact: true }).first().waitFor();
  expect(await box().getAttribute("aria-invalid")).toBe("false");
  forgive("the server responded with a status of 400");
});
