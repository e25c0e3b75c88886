import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { forgive, go, page, server, startForEach, told } from "../support/each";
import { comparable, grouped, reports } from "../support/feeds";

startForEach();

const query = (name: string, ids: readonly string[]) => ids.map(id => `${name}=${id}`).join("&");

interface Leaf {
  name: string;
  state: string;
}
type Entry = Leaf & { comparisons?: Leaf[] };

/** The facts of a report that are not the same, by what the API says. */
async function differing(body: Record<string, unknown>): Promise<string[]> {
  const answer = await server.send("POST", "/api/drift/v1/comparison_report", body);
  const { facts } = (await answer.json()) as { facts: Entry[] };
  return facts
    .flatMap(entry => entry.comparisons?.map(leaf => ({ ...leaf, in: entry.name })) ?? [{ ...entry, in: "" }])
    .filter(fact => fact.state !== "SAME")
    .map(fact => `${fact.in}/${fact.name}`);
}

const baseline = async (body: Record<string, unknown>) =>
  (await (await server.send("POST", "/api/system-baseline/v1/baselines", body)).json()) as {
    id: string;
    display_name: string;
  };

/** `12 of 517 facts`. */
const shown = async () => {
  const text = await page.getByRole("status").filter({ hasText: "facts" }).textContent();
  return text?.match(/[\d,]+/g)?.map(number => Number(number.replace(",", ""))) ?? [];
};
const shows = (facts: number) =>
  page.waitForFunction(
    wanted =>
      [...document.querySelectorAll("[role=status]")].some(each => each.textContent?.startsWith(wanted)),
    `${new Intl.NumberFormat("en").format(facts)} of `,
  );
const columns = async () => {
  await page.locator(".pl-colhead__name a").first().waitFor();
  return page.locator(".pl-colhead__name a").allTextContents();
};

describe("hosts side by side", () => {
  let ids: string[];
  beforeEach(async () => {
    ids = await comparable(server, 4);
  });

  it("are chosen in the list, and show what differs as the API says it", async () => {
    await go("/hosts?order_by=display_name");
    for (const id of ids.slice(0, 2)) await page.locator(`tr[data-host="${id}"] input`).click();
    await page.locator(".pl-bulk").getByRole("button", { name: "Compare" }).click();
    await page.waitForURL(/\/compare\?system_ids=/);
    const expected = await differing({ system_ids: ids.slice(0, 2) });
    expect(expected.length).toBeGreaterThan(10);
    await shows(expected.length);
    expect(await columns()).toHaveLength(2);
    // Only the rows in sight are drawn.
    await page.getByRole("button", { name: "Everything" }).click();
    await page.waitForURL(/filter%5Bstate%5D/);
    expect((await shown())[1]).toBeGreaterThan(450);
    expect(await page.locator(".pl-table--compare tbody tr").count()).toBeLessThan(70);
  });

  it("are narrowed by category, state and text together, and the address holds all of it", async () => {
    await go(`/compare?${query("system_ids", ids)}`);
    const all = await differing({ system_ids: ids });
    const packages = all.filter(fact => fact.startsWith("installed_packages/"));
    await page.getByRole("button", { name: "Category" }).click();
    await page.getByRole("menuitem", { name: /Installed packages/ }).click();
    await page.keyboard.press("Escape");
    await shows(packages.length);
    const wanted = packages.filter(fact => fact.includes("open"));
    await page.getByRole("textbox", { name: /Filter by fact/ }).fill("open");
    await shows(wanted.length);
    expect(wanted.length).toBeGreaterThan(1);
    await page.keyboard.press("Enter");
    await page.waitForURL(/filter%5Bname%5D=open/);
    const address = page.url();
    await page.goto(address);
    await shows(wanted.length);
    const names = await page
      .locator(".pl-table--compare tbody tr:not(.pl-compare__group) th")
      .allTextContents();
    expect(names.map(name => `installed_packages/${name}`).sort()).toEqual([...wanted].sort());
    await page.getByRole("button", { name: "Clear all" }).click();
    await shows(all.length);
    await page.getByRole("button", { name: "Fold all" }).click();
    await page.waitForURL(/folded=/);
    expect(
      await page.locator(".pl-table--compare tbody tr:not(.pl-compare__group, .pl-spacer)").count(),
    ).toBe(0);
  });

  it("are compared with a reference, with what one of them was, and one less", async () => {
    await server.ingest(reports(0, 4, { generation: 3, system: 0 }));
    await go(`/compare?${query("system_ids", ids.slice(0, 2))}`);
    const names = await columns();
    await page.getByRole("button", { name: `${names[1]} is the reference` }).click();
    await page.waitForURL(/reference_id=/);
    await page.waitForFunction(
      first => document.querySelector(".pl-colhead__name a")?.textContent === first,
      names[1],
    );
    await page.getByRole("button", { name: `Earlier states of ${names[0]}` }).click();
    await page.getByRole("menuitem").first().click();
    await page.waitForURL(/hsp_ids=/);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.querySelectorAll(".pl-colhead").length === 3);
    expect(await columns()).toEqual([names[1], names[0], names[0]]);
    // With a host its past goes, and the address can be gone back to.
    await page
      .getByRole("button", { name: `Leave out ${names[0]}` })
      .first()
      .click();
    await page.getByRole("heading", { name: "There is nothing to compare it with" }).waitFor();
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll(".pl-colhead").length === 3);
  });

  it("are kept as CSV and JSON, with what is shown and nothing else", async () => {
    await go(`/compare?${query("system_ids", ids.slice(0, 3))}&category=.`);
    await page.locator(".pl-table--compare").waitFor();
    const [many] = await shown();
    const file = async (kind: string) => {
      const waiting = page.waitForEvent("download");
      await page.getByRole("button", { name: "More of this comparison" }).click();
      await page.getByRole("menuitem", { name: `Download what is shown as ${kind}` }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toMatch(new RegExp(`^comparison-[^.]+\\.${kind.toLowerCase()}$`));
      return readFileSync(await download.path(), "utf8");
    };
    const lines = (await file("CSV")).trim().split("\r\n");
    expect(lines[0]?.split(",")).toEqual(["Fact", "State", ...(await columns())]);
    expect(lines).toHaveLength((many ?? 0) + 2);
    const kept = JSON.parse(await file("JSON")) as { facts: { values: Record<string, string> }[] };
    expect(kept.facts).toHaveLength(many ?? 0);
    expect(Object.keys(kept.facts[0]?.values ?? {}).sort()).toEqual(ids.slice(0, 3).sort());
  });

  it("one fact is looked at in full, by keyboard", async () => {
    await go(`/compare?${query("system_ids", ids)}&find=Processor`);
    const fact = page.getByRole("button", { name: "Processor", exact: true });
    await fact.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("heading", { name: "Processor" }).waitFor();
    expect(await page.locator(".pl-factdialog dd").count()).toBe(4);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("that are gone are named, and the others compared", async () => {
    const gone = "11111111-1111-1111-1111-111111111111";
    await go(`/compare?${query("system_ids", [...ids.slice(0, 2), gone])}`);
    await page.getByText("1 record of this comparison is gone").waitFor();
    await page.getByText(`ids [${gone}] not available to display`).waitFor();
    await page.getByRole("button", { name: "Compare the others" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".pl-colhead").length === 2);
    forgive("404");
  });
});

describe("too many at once", () => {
  it("are not asked for, and said", async () => {
    const ids = Array.from(
      { length: 61 },
      (_, at) => `11111111-1111-1111-1111-${String(at).padStart(12, "0")}`,
    );
    await go(`/compare?${query("system_ids", ids)}`);
    await page.getByText("61 records are too many for one page").waitFor();
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByRole("heading", { name: "Choose what to compare" }).waitFor();
  });
});

describe("a fact of several values", () => {
  it("has a row for each of them that differs", async () => {
    const [host] = await comparable(server, 1);
    const { results } = await server.get<{ results: { display_name: string }[] }>(
      `/api/inventory/v1/hosts/${host}`,
    );
    // The second part of its name is its stage, and so is the tag.
    const stage = results[0]?.display_name.split(".")[1];
    const gold = await baseline({
      display_name: "gold",
      baseline_facts: [{ name: "tags", values: [{ name: "ops.env", value: [stage, "zzz"] }] }],
    });
    await go(`/compare?system_ids=${host}&baseline_ids=${gold.id}&category=tags&filter%5Bshow%5D=baseline`);
    const cells = page.locator(".pl-compare__value td.pl-cell");
    await cells.first().waitFor();
    expect(await cells.allTextContents()).toEqual(["zzz", "differs: missing"]);
    await page.getByRole("button", { name: "Everything" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".pl-compare__value").length === 2);
  });
});

describe("the dialog of a comparison", () => {
  it("finds hosts and baselines, and begins from nothing", async () => {
    const ids = await comparable(server, 3);
    await baseline({ display_name: "gold", inventory_uuid: ids[2] });
    await go("/compare");
    await page.getByRole("heading", { name: "Choose what to compare" }).waitFor();
    await page.getByRole("button", { name: "Add hosts" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox").first().check();
    await dialog.getByRole("tab", { name: /Baselines/ }).click();
    await dialog.getByRole("checkbox", { name: "gold" }).check();
    // All that is chosen stands in one place, and is let go of there.
    await dialog.getByRole("tab", { name: "Chosen 2" }).click();
    expect(await dialog.getByRole("checkbox").count()).toBe(2);
    await dialog.getByRole("checkbox", { name: "gold" }).click();
    await dialog.getByRole("tab", { name: "Chosen 1" }).waitFor();
    await dialog.getByRole("tab", { name: /Baselines/ }).click();
    await dialog.getByRole("checkbox", { name: "gold" }).check();
    await dialog.getByRole("button", { name: "Compare 2" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".pl-colhead").length === 2);
    // The first baseline is the reference by itself; it can be let go of.
    expect((await columns())[0]).toBe("gold");
    const star = page.getByRole("button", { name: "gold is the reference" });
    expect(await star.getAttribute("aria-pressed")).toBe("true");
    await star.click();
    await page.waitForURL(/reference_id=(&|$)/);
  });
});

describe("baselines", () => {
  it("are made from a host, sorted, searched, copied and deleted", async () => {
    const ids = await comparable(server, 2);
    await go("/baselines");
    await page.getByRole("heading", { name: "There is no baseline yet" }).waitFor();
    await page.getByRole("button", { name: "New baseline" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).first().fill("web gold");
    await dialog.getByLabel("From a host", { exact: true }).check();
    await dialog.locator(".pl-choices input").first().check();
    await dialog.getByRole("button", { name: "Create" }).click();
    await told("Made the baseline web gold");
    await page.getByRole("heading", { name: "web gold", level: 1 }).waitFor();
    await page.getByRole("button", { name: "installed_packages", exact: true }).waitFor();
    await page.getByRole("link", { name: "Baselines" }).first().click();
    await page.getByRole("button", { name: "Copy web gold" }).click();
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("web gold");
    await dialog.getByRole("button", { name: "Create" }).click();
    await dialog.getByText("A baseline with this name already exists.").waitFor();
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("a copy");
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "a copy", level: 1 }).waitFor();
    await go("/baselines");
    const names = () => page.locator("tbody .pl-name").allTextContents();
    await page.locator("tbody .pl-name").nth(1).waitFor();
    expect(await names()).toEqual(["a copy", "web gold"]);
    await page.getByRole("button", { name: "Name", exact: true }).click();
    await page.waitForURL(/order_how=DESC/);
    await page.waitForFunction(() => document.querySelector("tbody .pl-name")?.textContent === "web gold");
    await page.getByRole("textbox", { name: "Filter by name" }).fill("COPY");
    await page.waitForFunction(() => document.querySelectorAll("tbody .pl-name").length === 1);
    await page.getByLabel("Choose a copy").check();
    await page.getByRole("button", { name: "Delete 1 baseline" }).click();
    await page.getByText("Deleting a baseline is permanent and cannot be undone.").waitFor();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await told("Deleted a copy");
    await page.getByRole("heading", { name: "No baseline matches" }).waitFor();
    expect(ids).toHaveLength(2);
    forgive("400");
  });

  it("are edited fact by fact, and what the API refuses is said at the field", async () => {
    const gold = await baseline({
      display_name: "gold",
      baseline_facts: [{ name: "arch", value: "x86_64" }],
    });
    await go(`/baselines/${gold.id}`);
    const dialog = page.getByRole("dialog");
    const name = dialog.getByRole("textbox", { name: /Fact|Category/ });
    const value = dialog.getByRole("textbox", { name: "Value" });
    await page.getByRole("button", { name: "Add fact" }).click();
    await name.fill("arch");
    await value.fill("aarch64");
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.locator("#fact-name-help").getByText("A fact with this name already exists.").waitFor();
    await name.fill("selinux_current_mode");
    await value.fill("");
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog
      .locator("#fact-value-help")
      .getByText("value for selinux_current_mode cannot be empty")
      .waitFor();
    await value.fill("enforcing");
    await dialog.getByRole("button", { name: "Add" }).click();
    await told("Added selinux_current_mode");
    await page.getByRole("button", { name: "Add category" }).click();
    await name.fill("tags");
    await dialog.getByRole("button", { name: "Add" }).click();
    await told("Added tags");
    await page.getByRole("button", { name: "Add a fact to tags" }).click();
    await name.fill("ops.env");
    await value.fill("prod\nstage");
    await dialog.getByRole("button", { name: "Add" }).click();
    await told("Added ops.env");
    await page.getByRole("button", { name: "Edit arch" }).click();
    await value.fill("s390x");
    await dialog.getByRole("button", { name: "Save" }).click();
    await told("Changed arch");
    await page.getByLabel("Choose selinux_current_mode").check();
    await page.getByRole("button", { name: "Delete 1 row" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await told("Deleted selinux_current_mode from gold");
    const stored = await server.get<{ data: { baseline_facts: unknown }[] }>(
      `/api/system-baseline/v1/baselines/${gold.id}`,
    );
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    await page.getByRole("menuitem", { name: /As JSON/ }).click();
    const kept = JSON.parse(readFileSync(await (await waiting).path(), "utf8"));
    expect(kept).toEqual(stored.data[0]?.baseline_facts);
    expect(kept).toEqual([
      { name: "arch", value: "s390x" },
      { name: "tags", values: [{ name: "ops.env", value: ["prod", "stage"] }] },
    ]);
    forgive("400");
  });

  it("that somebody else changed meanwhile are not overwritten", async () => {
    const facts = ["arch", "kernel"].map(name => ({ name, value: "x" }));
    const gold = await baseline({ display_name: "gold", baseline_facts: facts });
    await go(`/baselines/${gold.id}`);
    await page.getByRole("button", { name: "Edit kernel" }).click();
    await server.send("PATCH", `/api/system-baseline/v1/baselines/${gold.id}`, {
      display_name: "gold",
      facts_patch: [{ op: "remove", path: "/0" }],
    });
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Value" }).fill("y");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText(/Somebody changed this baseline meanwhile/).waitFor();
    forgive("400");
  });

  it("have hosts, and what drifts stands at the host", async () => {
    const [host, other] = (await comparable(server, 2)) as [string, string];
    const gold = await baseline({
      display_name: "gold",
      baseline_facts: [
        { name: "arch", value: "s390x" },
        { name: "selinux_current_mode", value: "enforcing" },
      ],
    });
    await go(`/baselines/${gold.id}?tab=hosts`);
    await page.getByRole("button", { name: "Add hosts" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator(".pl-choices input").nth(0).check();
    await dialog.locator(".pl-choices input").nth(1).check();
    await dialog.getByRole("button", { name: "Add 2 hosts" }).click();
    await page.locator(`tr[data-host="${host}"] .pl-name`).waitFor();
    await grouped(server, "rack 1", [host]);
    await page.getByRole("button", { name: "Group", exact: true }).click();
    await page
      .getByRole("menuitemcheckbox", { name: /rack 1/ })
      .or(page.getByLabel(/rack 1/))
      .first()
      .click();
    await page.locator(`tr[data-host="${other}"]`).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Group/ }).click();
    await page
      .getByRole("menuitemcheckbox", { name: /rack 1/ })
      .or(page.getByLabel(/rack 1/))
      .first()
      .click();
    await page.keyboard.press("Escape");
    await page.locator(`tr[data-host="${other}"] input`).check();
    await page.getByRole("button", { name: "Take out 1 host" }).click();
    await dialog.getByRole("button", { name: "Take out" }).click();
    await page.locator(`tr[data-host="${other}"]`).waitFor({ state: "detached" });
    await page.locator(`tr[data-host="${host}"] .pl-name`).click();
    await page.waitForURL(/tab=drift/);
    const against = page.getByRole("region", { name: "Against gold" });
    await against.getByText("1 fact differs").waitFor();
    expect(await against.locator("tbody td").allTextContents()).toEqual(["arch", "s390x", "x86_64"]);
    await against.getByRole("link", { name: "Side by side" }).click();
    await page.waitForURL(/\/compare\?.*baseline_ids=/);
    await shows(1);
    // Another host has no baseline, and never shows this one's.
    await go(`/hosts/${other}?tab=drift`);
    await page.getByRole("heading", { name: "No baseline is for this host" }).waitFor();
  });

  it("tell drift or do not, and a refusal turns the switch back", async () => {
    const gold = await baseline({ display_name: "gold" });
    await go("/baselines");
    const notifications = page.getByRole("switch", { name: "Notifications of gold" });
    expect(await notifications.isChecked()).toBe(true);
    await notifications.click({ force: true });
    const isOn = async () =>
      (
        await server.get<{ data: { notifications_enabled: boolean }[] }>(
          `/api/system-baseline/v1/baselines/${gold.id}`,
        )
      ).data[0]?.notifications_enabled;
    await expect.poll(isOn).toBe(false);
    await expect.poll(() => notifications.isChecked()).toBe(false);
    await page.route("**/baselines/*", route =>
      route.request().method() === "PATCH"
        ? route.fulfill({ status: 403, json: { message: "user does not have access" } })
        : route.continue(),
    );
    await notifications.click({ force: true });
    await told(/Notifications of gold stay as they were: user does not have access/);
    await expect.poll(() => notifications.isChecked()).toBe(false);
    forgive("403");
  });
});

describe("the host page", () => {
  it("leads to comparisons with others, and with the state before", async () => {
    const [id] = (await comparable(server, 1)) as [string];
    await server.ingest(reports(0, 1, { generation: 4, system: 0 }));
    await go(`/hosts/${id}`);
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("menuitem", { name: /With the state before this one/ }).click();
    await page.waitForURL(/\/compare\?.*hsp_ids=/);
    await page.waitForFunction(() => document.querySelectorAll(".pl-colhead").length === 2);
    expect((await shown())[0]).toBeGreaterThan(0);
    await go(`/hosts/${id}?tab=drift`);
    await page.getByRole("heading", { name: "Against what it was" }).waitFor();
    await page.locator(".pl-drift__earlier a").first().click();
    await page.waitForURL(/reference_id=/);
  });
});

describe("the odd ones", () => {
  it("are dots to click on: what sets one apart, and one like it beside it", async () => {
    await server.ingest(reports(0, 60, { system: 0 }));
    const { outliers } = await server.get<{
      outliers: { id: string; display_name: string; facts: { name: string }[] }[];
    }>("/api/fleet/v1/outliers?limit=50&facts=12");
    const [odd] = outliers;
    if (!odd) throw new Error("no host is odd");
    await go("/compare/outliers");
    await page.locator(".pl-swarm__dot").first().waitFor();
    expect(await page.locator(".pl-table--odd tbody tr").count()).toBe(outliers.length);
    const dot = page.getByRole("button", { name: new RegExp(`^${odd.display_name}, odd by`) });
    await dot.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`host=${odd.id}`));
    const details = page.getByRole("region", { name: `What sets ${odd.display_name} apart` });
    expect(await details.locator("tbody td:first-child").allTextContents()).toEqual(
      odd.facts.map(fact => fact.name),
    );
    await details.getByRole("button", { name: "Compare with one of them" }).click();
    await page.waitForURL(/\/compare\?.*reference_id=/);
    await page.waitForFunction(() => document.querySelectorAll(".pl-colhead").length === 2);
  });
});
