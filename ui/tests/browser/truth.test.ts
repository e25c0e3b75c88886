import { describe, expect, it } from "vitest";
import { forgive, go, page, server, startForEach } from "../support/each";
import { grouped, reports } from "../support/feeds";

startForEach();

const rows = () => page.locator("tbody tr[data-host]");
const choose = (at: number) => rows().nth(at).locator("input").click();
const counted = (many: number) =>
  page.waitForFunction(wanted => document.querySelectorAll("tbody tr[data-host]").length === wanted, many);

describe("what is shown is true", () => {
  it("a bar of a system leads to the hosts that have it, as many as it says", async () => {
    await server.ingest(reports(0, 60));
    await go("/");
    const bar = page.locator('section[aria-labelledby="systems"] a').first();
    const [name, hosts] = [
      await bar.locator(".pl-bars__name").textContent(),
      await bar.locator(".pl-bars__count").textContent(),
    ];
    await bar.click();
    await page.getByText(`of ${hosts}`, { exact: false }).first().waitFor();
    expect(new Set(await page.locator("tbody .pl-col-os").allTextContents())).toEqual(new Set([name]));
  });

  it("the bar of the other groups counts all of them", async () => {
    const ids = await server.ingest(reports(0, 30));
    for (let at = 0; at < 15; at += 1)
      await grouped(server, `rack ${String(at).padStart(2, "0")}`, ids.slice(at * 2, at * 2 + 2));
    await go("/");
    const others = page.locator('section[aria-labelledby="groups"] li').last();
    await others.getByText("8 others").waitFor();
    expect(await others.locator(".pl-bars__count").textContent()).toBe("16");
  });

  it("the last row of the last page is deleted, and the page before is shown", async () => {
    await server.ingest(reports(0, 21));
    await go("/hosts?per_page=20&page=2");
    await counted(1);
    await choose(0);
    await page.getByRole("button", { name: "Delete" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Delete/ })
      .click();
    await counted(20);
    expect(await page.getByText("cannot be shown").count()).toBe(0);
    forgive("404");
  });

  it("a deleted host is shown as it was last", async () => {
    const [id] = await server.ingest(reports(0, 1));
    const { results } = await server.get<{ results: { display_name: string }[] }>(
      `/api/inventory/v1/hosts/${id}`,
    );
    await server.send("DELETE", `/api/inventory/v1/hosts/${id}`);
    await go(`/hosts/${id}`);
    await page.getByRole("heading", { level: 1, name: results[0]?.display_name as string }).waitFor();
    await page.locator(".pl-host__line").getByText("deleted").waitFor();
    await page.getByText("Kernel", { exact: true }).first().waitFor();
    forgive("404");
  });

  it("what is no id is no page, and no regular expression", async () => {
    for (const path of ["/groups/rack-1", "/hosts/web-1"]) {
      await go(path);
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    }
  });

  it("a second group of one name is told of before it is made", async () => {
    const ids = await server.ingest(reports(0, 1));
    await grouped(server, "rack 1", ids);
    await go("/groups");
    await page.getByRole("button", { name: "New group" }).first().click();
    await page.getByRole("textbox", { name: "Name" }).last().fill("Rack 1");
    await page.getByText("There is a group of this name already").waitFor();
  });
});

it("something is painted soon: the figure holds on an idle machine, the bound on a busy one", async () => {
  await server.ingest(reports(0, 60));
  await go("/");
  await page.reload();
  await page.locator(".pl-states__total").waitFor();
  const painted = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
  );
  process.stdout.write(`first contentful paint after ${Math.round(painted)} ms\n`);
  expect(painted).toBeLessThan(5_000);
});
