import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { benchmarked, measured, SCHEMA } from "../support/benchmarks";
import { faultsOf, openPage, WIDTHS } from "../support/browser";
import { browser, forgive, go, page, server, startForEach } from "../support/each";
import { report } from "../support/fleet";

// There is no registry here to look for images in.
startForEach({ PLUMBLINE_BENCHMARKS_CHECK_IMAGES: "false" });

const rows = (many: number) =>
  page.waitForFunction(wanted => document.querySelectorAll("tr[data-result]").length === wanted, many);
const told = (text: string | RegExp) =>
  page.locator(".pf-v6-c-alert__title").filter({ hasText: text }).first().waitFor();
const pick = async (within: string, button: string | RegExp, item: string | RegExp) => {
  await page.locator(within).getByRole("button", { name: button }).first().click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.keyboard.press("Escape");
};
const cells = (column: number) => page.locator(`tr[data-result] td:nth-child(${column})`).allTextContents();

describe("results", () => {
  it("are narrowed by a form and by text, ordered, shown with columns, and the address holds all of it", async () => {
    await measured(server);
    await go("/benchmarks");
    await rows(10);
    await pick(".pl-bench__bar", "Benchmark", /lab\/raytrace:1.2/);
    await page.waitForURL(/benchmark=/);
    await pick(".pl-bench__bar", "Site", /KIT/);
    await rows(5);
    await page.getByRole("button", { name: "Add a filter" }).click();
    await page.getByLabel("Place of filter 1").fill("machine.cpu.count");
    await page.getByLabel("Comparison of filter 1").selectOption(">=");
    await page.getByLabel("Value of filter 1").fill("4");
    await page.getByRole("button", { name: "Apply filters" }).click();
    await rows(3);
    await page.getByRole("button", { name: "As text" }).click();
    await page.getByLabel("One filter a line").fill("machine.cpu.count");
    await page.getByText("not a place, a comparison and a value").waitFor();
    await page
      .getByLabel("One filter a line")
      .fill('machine.cpu.count >= 2\nmachine.cpu.brand == "Xeon Gold"');
    await page.getByRole("button", { name: "Apply filters" }).click();
    await rows(4);

    await page.getByLabel("Place of a further column").fill("result.score");
    await page.getByRole("button", { name: "Add column" }).click();
    await page.getByLabel("Place of a further column").fill("machine.gpu");
    await page.getByRole("button", { name: "Add column" }).click();
    await page.getByRole("button", { name: "result.score", exact: true }).click();
    await page.locator('th[aria-sort="ascending"]').waitFor();
    await expect.poll(async () => (await cells(7)).map(Number)).toEqual([56.9, 106.19, 198.15, 369.76]);
    expect(new Set(await cells(8))).toEqual(new Set(["not found"]));

    const address = page.url();
    await page.goto(address);
    await rows(4);
    expect((await cells(7)).map(Number)).toEqual([56.9, 106.19, 198.15, 369.76]);
    await page.getByRole("button", { name: "Clear all" }).click();
    await rows(10);
    await page.getByLabel("A page").selectOption("10");
    await page.getByLabel("Executed after").fill("2026-10-04");
    await rows(4);
  });

  it("are chosen, compared in every kind of picture, and taken away as files", async () => {
    const { benchmark } = await measured(server);
    await go(`/benchmarks?benchmark=${benchmark}&columns=machine.cpu.count,result.score`);
    await rows(10);
    await page.getByLabel("Choose every result of this page").check();
    await page.getByText("10 results chosen").waitFor();
    await page.getByLabel("X", { exact: true }).fill("machine.cpu.count");
    await page.getByLabel("Y", { exact: true }).fill("result.score");
    const figure = page.locator(".pl-figure > svg");
    await figure.waitFor();
    expect(await figure.getAttribute("aria-label")).toContain("2 series, 10 points");
    for (const [kind, part, many] of [
      ["scatter", "path[fill-opacity]", 10],
      ["bars", "rect", 10],
      ["box", "rect", 2],
      ["line", "path[fill='none']", 2],
    ] as const) {
      await page.getByLabel("Kind").selectOption(kind);
      await expect.poll(() => figure.locator(part).count()).toBe(many);
    }
    await page.getByLabel("Regression").selectOption("power");
    await page.getByText("A regression is drawn for one series alone").waitFor();
    await page.getByRole("button", { name: "Choose none" }).click();
    for (const row of await page.locator("tr[data-result]", { hasText: "CESNET" }).all())
      await row.locator("input").check();
    await page.getByText("5 results compared").waitFor();
    await page.getByLabel("Regression").selectOption("power");
    await page.getByText(/y = 600 x\^-0\.9 · R² = 1\.000/).waitFor();
    await page.getByLabel("Measure").selectOption("speed-up");
    await page.getByText(/y = 1 x\^0\.9 · R² = 1\.000/).waitFor();
    await page.getByLabel("Measure").selectOption("efficiency");
    await page.getByText(/x\^-0\.1/).waitFor();

    const csv = await saved("CSV of the chosen");
    expect(csv.trim().split("\n").length).toBe(6);
    expect(csv.split("\n")[0]).toBe(
      "id,site,flavor,benchmark,execution_datetime,machine.cpu.count,result.score",
    );
    await page.getByRole("button", { name: "Choose none" }).click();
    expect(JSON.parse(await saved("JSON of all")).length).toBe(10);
  });

  const saved = async (button: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return readFileSync(await download.path(), "utf8");
  };

  it("are reported, looked at, and shown again or not", async () => {
    await measured(server);
    await go("/benchmarks");
    await rows(10);
    await page.getByRole("button", { name: "View" }).first().click();
    await page.locator(".pl-json pre").getByText('"score"').waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    for (const _ of [1, 2]) {
      await page.getByRole("button", { name: "Report" }).first().click();
      await page.getByLabel("What is wrong with it").fill("it was not this machine");
      await page.getByRole("dialog").getByRole("button", { name: "Report" }).click();
      await told("The result is reported");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await rows(8);
    await page.getByRole("link", { name: "Review" }).click();
    await page.getByText("it was not this machine").nth(1).waitFor();
    await page
      .getByRole("button", { name: /^Reject/ })
      .first()
      .click();
    await told("The claim is rejected");
    await page.getByText("1 entry").waitFor();
    await page
      .getByRole("button", { name: /^Approve/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Nothing waits" }).waitFor();
    await page.getByRole("link", { name: "Results" }).click();
    await rows(9);
    await page.getByRole("button", { name: "Delete" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await rows(8);
  });
});

describe("submission", () => {
  it("of a benchmark, a site, a flavor and a result, each reviewed on the way", async () => {
    await go("/benchmarks");
    await page.getByRole("heading", { name: "There is no result yet" }).waitFor();
    await page.getByRole("link", { name: "Submit something" }).click();
    const form = page.locator("section", { has: page.getByRole("heading", { name: "A benchmark" }) });
    await form.getByLabel("Image").fill("raytrace");
    await page.getByText("An image is named with its owner").waitFor();
    await form.getByLabel("Image").fill("lab/raytrace");
    await form.getByLabel("Website").fill("https://example.org");
    await form.getByLabel("Schema of the results").fill("{");
    expect(await form.getByRole("button", { name: "Submit the benchmark" }).isDisabled()).toBe(true);
    await form.getByLabel("Schema of the results").fill(JSON.stringify(SCHEMA));
    await form.getByRole("button", { name: "Submit the benchmark" }).click();
    await told("lab/raytrace is submitted");

    await page.getByRole("link", { name: "Sites" }).click();
    await page.getByRole("button", { name: "New site" }).click();
    await page.getByLabel("Name").fill("CESNET");
    await page.getByLabel("Address").fill("Praha");
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await told("CESNET is submitted");
    await page.getByRole("link", { name: "Review" }).click();
    for (const left of [1, 0]) {
      await page.getByRole("button", { name: "Approve" }).first().click();
      await page.getByText(left === 1 ? "1 entry" : "0 entries").waitFor();
    }
    await page.getByRole("link", { name: "Sites" }).click();
    await page.getByRole("button", { name: "New flavor of CESNET" }).click();
    await page.getByLabel("Name").fill("c8.large");
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await told("c8.large is submitted");
    await page.getByRole("link", { name: "Review" }).click();
    await page.getByText("c8.large").waitFor();
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Nothing waits" }).waitFor();
    await page.getByRole("link", { name: "Sites" }).click();
    await page.getByRole("button", { name: "Edit CESNET" }).click();
    await page.getByLabel("Address").fill("Brno");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("Brno").waitFor();

    await page.getByRole("link", { name: "Submit" }).click();
    const result = page.locator("section", { has: page.getByRole("heading", { name: "A result" }) });
    await pick("section[aria-labelledby=submit-result]", "Benchmark", /lab\/raytrace/);
    await pick("section[aria-labelledby=submit-result]", "Site", /CESNET/);
    await pick("section[aria-labelledby=submit-result]", "Flavor", /c8.large/);
    const document = result.getByRole("textbox", { name: "The document of the result" });
    await document.fill('{"machine": {"cpu": {"count": "4"}}, "result": {"score": 1}}');
    await result.getByRole("button", { name: "Submit the result" }).click();
    await page.getByText(/is not of type/).waitFor();
    forgive("422");
    await document.fill('{"machine": {"cpu": {"count": 4}}, "result": {"score": 1}}');
    await result.getByRole("button", { name: "Submit the result" }).click();
    await told("The result is stored");
    await page.getByRole("link", { name: "Results" }).click();
    await rows(1);
  });
});

describe("results of several machines", () => {
  /** All machines are as the first, but for what is given. */
  const machine = (index: number, profile: Record<string, unknown> = {}) => {
    const [line, first] = [index, 0].map(at => JSON.parse(report(at, { system: 0 }).line));
    line.data.facts = [];
    line.data.system_profile = { ...first.data.system_profile, ...profile };
    return JSON.stringify(line);
  };

  it("say what differs between them, the likeliest explanation first", async () => {
    const { benchmark, flavors } = await benchmarked(server);
    const packages: string[] = JSON.parse(machine(0)).data.system_profile.installed_packages;
    const changed = {
      cpu_model: "Slow CPU",
      os_kernel_version: "4.18.0",
      kernel_modules: ["xfs"],
      installed_packages: packages.map(name =>
        name.startsWith("glibc-") ? "glibc-0:9.9-1.el9.x86_64" : name,
      ),
    };
    const hosts = await server.ingest([machine(0), machine(1), machine(2, changed)]);
    const ids: string[] = [];
    for (const host of [...hosts, undefined]) {
      const params = new URLSearchParams({
        benchmark_id: benchmark,
        flavor_id: flavors[0] as string,
        execution_datetime: new Date().toISOString(),
        ...(host ? { host_id: host } : {}),
      });
      const score = { machine: { cpu: { count: ids.length + 1 } }, result: { score: 10 + ids.length } };
      const answer = await server.send("POST", `/api/v1/results?${params}`, score);
      ids.push(((await answer.json()) as { id: string }).id);
    }
    await go(`/benchmarks?benchmark=${benchmark}&columns=result.score&x=machine.cpu.count&y=result.score`);
    const choose = (at: number) => page.locator(`tr[data-result="${ids[at]}"] input`).click();
    for (const at of [0, 1]) await choose(at);
    await page.getByText("✓ 2 results ran on machines alike.").waitFor();
    for (const at of [2, 3]) await choose(at);
    const told = page.locator(".pl-compare__machines");
    await told.getByText("1 of 3 results ran on a machine that differs from that of the first").waitFor();
    await told.getByText("1 result names no machine").waitFor();
    expect(await told.locator("tbody tr").evaluateAll(all => all.map(row => row.textContent))).toEqual([
      expect.stringMatching(/^Processor.*Slow CPU/),
      expect.stringMatching(/^Kernel.*4\.18\.0/),
      ...["dm_mod", "nf_tables", "virtio_blk", "virtio_net"].map(name =>
        expect.stringMatching(new RegExp(`^${name} kernel modules.*there.*missing`)),
      ),
      expect.stringMatching(/^glibc packages.*glibc-0:9\.9-1/),
    ]);
    await told.scrollIntoViewIfNeeded();
    expect(await faultsOf(page, "results of several machines", "1440 wide")).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await told.scrollIntoViewIfNeeded();
    expect(await faultsOf(page, "results of several machines", "390 wide")).toEqual([]);
  });
});

describe("every page", () => {
  it.each(WIDTHS)("is there for everybody: %s", async (width, look) => {
    const { benchmark } = await measured(server);
    await server.send("POST", "/api/v1/sites", { name: "New", address: "Somewhere" });
    const opened = await openPage(browser, look);
    const wrong: string[] = [];
    const compared = `?benchmark=${benchmark}&columns=result.score&x=machine.cpu.count&y=result.score`;
    for (const path of ["", compared, "/sites", "/submit", "/review"]) {
      await opened.page.goto(`${server.url}/benchmarks${path}`);
      await opened.page.locator(".pl-live--live").waitFor();
      await opened.page.locator("h2, tr[data-result], .pl-review").first().waitFor();
      if (path === compared) {
        await opened.page.getByLabel("Choose every result of this page").check();
        await opened.page.locator(".pl-figure > svg").waitFor();
      }
      await opened.quiet();
      wrong.push(
        ...(await faultsOf(opened.page, `benchmarks ${path === compared ? "compared" : path}`, width)),
      );
    }
    wrong.push(...opened.complaints);
    await opened.context.close();
    expect(wrong).toEqual([]);
  });
});
