import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { forgive, go, page, server, startForEach, told } from "../support/each";
import { reports } from "../support/feeds";
import { report } from "../support/fleet";

startForEach();

const rows = () => page.locator("tbody tr[data-host]");

describe("by keyboard alone", () => {
  beforeEach(async () => {
    await server.ingest(reports(0, 20));
  });

  it("three hosts get a tag in at most forty keys", async () => {
    await go("/hosts");
    await rows().first().waitFor();
    let keys = 0;
    const press = async (...all: string[]) => {
      for (const key of all) {
        await page.keyboard.press(key);
        keys += 1;
      }
    };
    await press("j", "x", "j", "x", "j", "x", "t");
    await page.getByLabel("Add a tag").waitFor();
    await press(..."ops/q=1", "Enter", "Enter");
    await told("Tags of 3 hosts: 1 added");
    process.stdout.write(`tagging three hosts took ${keys} keys\n`);
    expect(keys).toBeLessThanOrEqual(40);
    const { total } = await server.get<{ total: number }>("/api/inventory/v1/hosts?tags=ops/q=1");
    expect(total).toBe(3);
    // The focus is where it was: the next key goes on from the third row.
    await page.waitForFunction(() => document.activeElement?.matches("tr[data-host] input"));
    await press("k");
    const at = await page.evaluate(() =>
      document.activeElement?.closest("tr")?.getAttribute("aria-rowindex"),
    );
    expect(at).toBe("3");
  });

  it("one Tab leads from a chosen row to what can be done, Enter opens a host, and ? tells the keys", async () => {
    await go("/hosts");
    await rows().first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".pl-bulk") !== null)).toBe(true);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("Apache License 2.0").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/hosts\/[0-9a-f-]{36}/);
  });
});

describe("a long list", () => {
  it("is chosen as a whole beside what is in sight, and tells what is out of sight", async () => {
    await server.ingest(reports(0, 60, { lean: true }));
    await go("/hosts?per_page=20");
    await rows().first().waitFor();
    await page.getByLabel("Choose all rows that are shown").click();
    await page.getByRole("button", { name: "All 60 that match" }).click();
    await page.getByText("60 hosts chosen").waitFor();
    await page.getByText("40 out of sight").waitFor();
  });

  it("is saved as CSV, whole, with formulas made harmless", async () => {
    await server.ingest(reports(0, 120, { lean: true }));
    const [{ id }] = (await server.get<{ results: { id: string }[] }>("/api/inventory/v1/hosts")).results as [
      { id: string },
    ];
    await server.send("PATCH", `/api/inventory/v1/hosts/${id}`, { display_name: '=1+1,"x"' });
    await go("/hosts");
    await rows().first().waitFor();
    await page.getByRole("button", { name: "More of this list" }).click();
    const saving = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Save as CSV" }).click();
    const text = readFileSync(await (await saving).path(), "utf8");
    expect(text.trim().split("\r\n")).toHaveLength(121);
    expect(text.startsWith("Name,State,System,")).toBe(true);
    expect(text).toContain(`"'=1+1,""x"""`);
  });

  it("is narrowed by any fact, and tells what is wrong with one that there is not", async () => {
    await server.ingest(reports(0, 40, { lean: true }));
    await go("/hosts");
    await page.getByRole("button", { name: /More/, exact: false }).first().click();
    const add = async (fact: string, how: string, value: string) => {
      await page.getByLabel("Fact", { exact: true }).fill(fact);
      await page.getByLabel("How it is compared").selectOption(how);
      await page.getByLabel("Value").fill(value);
      await page.keyboard.press("Enter");
    };
    await add("number_of_cpus", "at least", "16");
    await page.waitForURL(/where=number_of_cpus%3E%3D16/);
    await page.getByText("CPUs at least 16").waitFor();
    const path = "/api/inventory/v1/hosts?filter[system_profile][number_of_cpus][gte]=16";
    const { total } = await server.get<{ total: number }>(path);
    await page.getByText(`1–${total} of ${total}`).waitFor();
    await add("no_such_fact", "is", "1");
    await page.getByText("The hosts cannot be shown (400)").waitFor();
    forgive("400");
    await page.getByRole("button", { name: /Remove the filter Fact No such fact/ }).click();
    await page.getByText(`1–${total} of ${total}`).waitFor();
  });

  it("hosts are stale when the organisation says so, and as by default again", async () => {
    await server.ingest(reports(0, 3, { lean: true }));
    await go("/hosts");
    const open = async () => {
      await page.getByRole("button", { name: "More of this list" }).click();
      await page.getByRole("menuitem", { name: "When hosts are stale…" }).click();
      await page.getByLabel("Silent after", { exact: true }).waitFor();
    };
    await open();
    await page.getByLabel("Silent after", { exact: true }).fill("1");
    await page.getByText("Silent after: longer than “stale after”.").waitFor();
    await page.getByLabel("Silent after", { exact: true }).fill("9");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await told("The limits hold from now on");
    const limits = () => server.get<Record<string, number>>("/api/inventory/v1/account/staleness");
    expect((await limits()).conventional_time_to_stale_warning).toBe(9 * 86_400);
    await open();
    await page.getByRole("button", { name: "Back to the defaults" }).click();
    await expect.poll(async () => (await limits()).id).toBe("system_default");
  });

  it("is kept as a view under a name, with its columns, and found again", async () => {
    await server.ingest(reports(0, 20, { lean: true }));
    await go("/hosts?hostname_or_id=web&columns=name,os");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Keep this view…" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("web servers");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await go("/hosts");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "web servers" }).click();
    await page.waitForURL(/hostname_or_id=web&columns=name,os/);
    expect(await page.getByRole("columnheader").allTextContents()).toEqual(["", "Name", "System"]);
  });
});

it("controls of direction in a name are shown and not obeyed", async () => {
  const line = JSON.parse(report(0).line);
  line.data.fqdn = undefined;
  line.data.display_name = "web\u202egpj.exe";
  await server.ingest([JSON.stringify(line)]);
  await go("/hosts");
  await rows().first().getByText("web⟨U+202E⟩gpj.exe").waitFor();
  await rows().first().locator(".pl-name").click();
  await page.getByRole("heading", { level: 1, name: "web⟨U+202E⟩gpj.exe" }).waitFor();
});
