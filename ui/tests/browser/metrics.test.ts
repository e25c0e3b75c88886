import { describe, expect, it } from "vitest";
import { faultsOf, findings, openPage, WIDTHS } from "../support/browser";
import { browser, forgive, go, page, server, startForEach } from "../support/each";
import { grouped, reports } from "../support/feeds";
import { report } from "../support/fleet";
import { loads, write } from "../support/samples";

const hosts = [0, 1, 2].map(at => report(at).machine.name);
startForEach();

interface Stored {
  charts: {
    title: string;
    kind: string;
    leftAxis: string;
    queries: { expr: string }[];
    metrics: unknown[];
  }[];
}
const stored = async (name: string) => {
  const path = `/api/v1/dashboards/time_series/${encodeURIComponent(name)}`;
  return (await server.get<{ dashboard: { data: Stored } }>(path)).dashboard.data;
};
/** How many dots of the canvas have a colour. */
const inked = (within: string) =>
  page.locator(`${within} canvas`).evaluate(canvas => {
    const { width, height } = canvas as HTMLCanvasElement;
    const dots = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    let count = 0;
    for (let at = 3; at < dots.length; at += 4) if ((dots[at] as number) > 0) count += 1;
    return count;
  });
const type = async (label: string, text: string) => {
  const field = page.getByRole("textbox", { name: label, exact: true });
  await field.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
};

describe("dashboards", () => {
  it("are made, filled, changed, found again and deleted", async () => {
    await write(server, loads(hosts));
    await go("/dashboards");
    await page.getByRole("heading", { name: "There is no dashboard yet" }).waitFor();
    await page.getByRole("button", { name: "New dashboard" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("shop 50 %");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.waitForURL(/\/dashboards\/time_series\/shop/);
    await page.getByRole("button", { name: "Add the first chart" }).click();
    await page.getByLabel("Title", { exact: true }).fill("Load");
    await type("Expression 1", 'cpu_usage{environment=~"$environment"}');
    await page.getByLabel("Name of the series of expression 1").fill("{{host}}");
    await page.getByLabel("Left unit").fill("percent");
    await page.getByLabel("Kind").selectOption("area");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("stored", { exact: true }).waitFor();
    await page.getByRole("region", { name: "Load" }).locator(".pl-legend tbody tr").nth(2).waitFor();
    const chart = (await stored("shop 50 %")).charts[0];
    expect(chart).toMatchObject({ title: "Load", kind: "area", leftAxis: "linear", metrics: [] });
    expect(chart?.queries[0]?.expr).toBe('cpu_usage{environment=~"$environment"}');
    expect(await inked(".pl-chartcard")).toBeGreaterThan(2_000);

    // Only the machines of one environment, and the address holds it.
    await page.getByRole("button", { name: "environment" }).click();
    await page.getByRole("menuitem", { name: "qa" }).click();
    await page.waitForURL(/var=environment%3Dqa/);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.querySelectorAll(".pl-legend tbody tr").length === 1);
    expect(await page.locator(".pl-legend tbody td").first().textContent()).toContain(hosts[2]);

    // A copy beside it, moved to the front, then deleted after asking.
    await page.getByRole("button", { name: "Copy Load" }).click();
    await page.locator(".pl-chartcard").nth(1).waitFor();
    await page.getByRole("button", { name: "Edit Load" }).nth(1).click();
    await page.getByLabel("Title", { exact: true }).fill("Twice");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Move up Twice" }).click();
    await expect
      .poll(async () => (await stored("shop 50 %")).charts.map(each => each.title))
      .toEqual(["Twice", "Load"]);
    await page.getByRole("button", { name: "Delete Twice" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect.poll(async () => (await stored("shop 50 %")).charts.length).toBe(1);

    await go("/dashboards");
    await page.getByRole("button", { name: "New dashboard" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("shop 50 %");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.getByText(/already exists/).waitFor();
    forgive("400");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Delete shop 50 %" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "There is no dashboard yet" }).waitFor();
  });

  it("of the original open right, at its addresses too, and are as they were until something is changed", async () => {
    const data = {
      name: "old",
      version: "1.0",
      theirs: { kept: true },
      charts: [
        {
          title: "times",
          rangeType: "dynamic",
          rangePeriod: "hours",
          rangeMultiplier: "6",
          leftAxis: "log",
          rightAxis: "linear",
          initialLoad: false,
          metrics: [
            {
              environment: "dev",
              application: "app",
              metric_name: "l1p.x.GetTime",
              table: "raw_timer_with_interval",
              duration_unit: "milliseconds",
              rate_unit: "calls/second",
              last_timestamp: "2017-06-21T23:15:58.000Z",
              measure: "p99",
              axis: "right",
            },
          ],
          previewData: [],
          data: [],
        },
      ],
    };
    await server.send("POST", "/api/v1/dashboards", { type: "time_series", name: "old", data });
    await go("/#/dashboards/time_series/old");
    await page.getByRole("heading", { name: "old" }).waitFor();
    await page.getByText(/dev · app · l1p.x.GetTime · p99/).waitFor();
    expect(await stored("old")).toEqual(data);
    await page.getByRole("button", { name: "Edit times" }).click();
    expect(await page.getByLabel("Measure of l1p.x.GetTime").inputValue()).toBe("p99");
    expect(await page.getByLabel("As long as").inputValue()).toBe("6h");
    expect(await page.getByLabel("Left scale").inputValue()).toBe("log");
    await page.getByLabel("Title", { exact: true }).fill("renamed");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("stored", { exact: true }).waitFor();
    const changed = (await stored("old")) as Stored & { theirs: unknown };
    expect(changed.theirs).toEqual({ kept: true });
    expect(changed.charts[0]).toMatchObject({
      title: "renamed",
      rangePeriod: "hours",
      rangeMultiplier: 6,
      leftAxis: "log",
      metrics: data.charts[0]?.metrics,
    });

    // Somebody else changes it meanwhile: it is not overwritten.
    await server.send("PUT", "/api/v1/dashboards/time_series/old", { data: { ...data, version: "1.1" } });
    await page.getByRole("button", { name: "Copy renamed" }).click();
    await page.getByText(/somebody else has changed this dashboard/).waitFor();
    expect((await stored("old")).charts.length).toBe(1);
  });

  it("of thresholds are opened with the two words of the range swapped", async () => {
    const metric = {
      environment: "dev",
      application: "app",
      metric_name: "m",
      table: "raw_timer_with_interval",
    };
    const alerts = [{ metric: { ...metric, measure: "p75" }, warning: "500", error: "1000" }];
    const data = { name: "ops", version: "1.0", rangePeriod: 1, rangeMultiplier: "hours", alerts };
    await server.send("POST", "/api/v1/dashboards", { type: "alert", name: "ops", data });
    await go("/dashboards");
    await page.getByRole("link", { name: "ops" }).click();
    await page.getByText("(≥ 500)").waitFor();
    expect(await page.locator(".pl-times--good").count()).toBe(2);
    await page.getByRole("button", { name: "Edit the threshold of m" }).click();
    await page.getByLabel(/Warning at/).fill("2000");
    await page.getByText("The warning is not below the error").waitFor();
    await page.getByLabel(/Warning at/).fill("many");
    await page.getByText("Not a number").waitFor();
    expect(await page.getByRole("dialog").getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await page.getByLabel(/Warning at/).fill("700");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("(≥ 700)").waitFor();
    await page.getByText("stored", { exact: true }).waitFor();
    const { dashboard } = await server.get<{ dashboard: { data: Record<string, unknown> } }>(
      "/api/v1/dashboards/alert/ops",
    );
    expect(dashboard.data).toMatchObject({ rangePeriod: "hours", rangeMultiplier: 1 });
    expect(await findings(page)).toEqual([]);
  });
});

describe("the explorer", () => {
  it("completes names, draws, zooms, points at all charts and says what happened to the hosts", async () => {
    await server.ingest(reports(0, 3));
    await write(server, loads(hosts));
    await server.ingest(reports(0, 1, { generation: 1 }));
    await go("/dashboards/explore");
    await page.getByRole("textbox", { name: "Expression" }).click();
    await page.keyboard.type("cpu_us");
    await page.getByRole("option", { name: /cpu_usage/ }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    await type("Expression", "cpu_usage");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/q=cpu_usage/);
    await page.locator(".pl-legend tbody tr").nth(2).waitFor();

    const plot = page.getByRole("application");
    const box = await plot.boundingBox();
    if (!box) throw new Error("the chart has no place");
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    await page.locator(".pl-plot__values li").nth(2).waitFor();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+&to=\d+/);
    const asked = new URL(page.url()).searchParams;
    const minutes = (Number(asked.get("to")) - Number(asked.get("from"))) / 60_000;
    expect(Math.abs(minutes - 15)).toBeLessThan(2);
    await page.goBack();
    await page.waitForURL(url => !url.searchParams.has("from"));

    // With the keyboard too.
    await plot.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.locator(".pl-plot__values li").first().waitFor();
    await page.keyboard.press("Escape");

    await page
      .getByRole("button", { name: new RegExp(`^${hosts[0]}`) })
      .last()
      .click();
    await page.getByRole("heading", { name: `What changed on ${hosts[0]}` }).waitFor();
    await page.getByRole("region", { name: /What differs in installed|What differs in packages/ }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Open the host" }).click();
    await page.waitForURL(/\/hosts\/[0-9a-f-]+\?from=\d+&to=\d+/);

    // The page of the host has the charts of its own values. Its ruler comes a moment later and moves what is below it.
    await page.locator(".pl-ruler__now").waitFor();
    await page.waitForFunction(() => document.querySelector(".pl-loading, .pl-ruler-room") === null);
    await page.getByRole("button", { name: "Back to the host" }).click();
    await page.getByRole("region", { name: "Metrics" }).getByRole("link", { name: "cpu_usage" }).waitFor();
    await page.locator(".pl-hostcharts canvas").nth(2).waitFor();
    expect(await page.locator(".pl-hostcharts .pl-marks__mark").count()).toBeGreaterThan(0);
  });

  it("shows the hosts of a group alone, and new values by itself", async () => {
    const ids = await server.ingest(reports(0, 3));
    await grouped(server, "rack 7", [ids[1] as string]);
    await write(server, loads(hosts));
    const q = encodeURIComponent('cpu_usage{host=~"$group"}');
    await go(`/dashboards/explore?q=${q}&var=group%3Drack+7&refresh=5s`);
    await page.locator(".pl-legend tbody tr").waitFor();
    expect(await page.locator(".pl-legend tbody tr").count()).toBe(1);
    expect(await page.locator(".pl-legend tbody td").first().textContent()).toContain(hosts[1]);
    const tags = { host: hosts[1] as string, environment: "prod", application: "shop" };
    await write(server, [{ measurement: "cpu", tags, count: 1, step: 1, fields: () => ({ usage: 777 }) }]);
    await page.locator(".pl-legend tbody td", { hasText: "777" }).first().waitFor();
  });

  it("says what is wrong with an expression, and what to do without samples", async () => {
    await go("/dashboards/explore");
    await page.getByRole("heading", { name: "No sample has come in yet" }).waitFor();
    await go("/dashboards/explore?q=rate(up");
    await page.getByText("The values cannot be shown (400)").waitFor();
    forgive("400");
  });
});

describe("series", () => {
  it("are counted by who makes them, and deleted", async () => {
    await write(server, loads(hosts));
    const bomb = (id: number) => ({ request: `r${id}`, job: "shop" });
    await write(
      server,
      Array.from({ length: 40 }, (_, id) => ({
        measurement: "http",
        tags: bomb(id),
        count: 1,
        step: 1,
        fields: () => ({ seconds: id }),
      })),
    );
    await go("/dashboards");
    await page.getByRole("link", { name: "Series", exact: true }).click();
    const first = (title: string) =>
      page
        .locator("section", { has: page.getByRole("heading", { name: title }) })
        .locator("li")
        .first();
    const metric = first("Metrics with the most series");
    await metric.waitFor();
    expect(await metric.textContent()).toBe("http_seconds40");
    expect(await first("Sources and other labels with the most series").textContent()).toBe("job=shop40");
    expect(await first("Labels with the most values").textContent()).toBe("request40");
    await metric.getByRole("link").click();
    await page.locator("canvas").first().waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Delete the series of http_seconds" }).click();
    const remove = page.getByRole("button", { name: "Delete", exact: true });
    expect(await remove.isDisabled()).toBe(true);
    await type("How many series are deleted (40)", "40");
    await remove.click();
    await page.getByText("Deleted 40 series").waitFor();
    await page.getByText("http_seconds").waitFor({ state: "detached" });
  });
});

describe("every page", () => {
  it.each(WIDTHS)("is there for everybody: %s", async (width, look) => {
    const ids = await server.ingest(reports(0, 3));
    await write(server, loads(hosts));
    await server.ingest(reports(0, 1, { generation: 1 }));
    const chart = { title: "Load", queries: [{ expr: "cpu_usage", legend: "{{host}}" }], kind: "line" };
    const data = {
      charts: [chart, { ...chart, title: "Memory", kind: "stack", queries: [{ expr: "cpu_memory_bytes" }] }],
    };
    await server.send("POST", "/api/v1/dashboards", { type: "time_series", name: "shop", data });
    await server.send("POST", "/api/v1/dashboards", { type: "alert", name: "ops", data: { alerts: [] } });
    const opened = await openPage(browser, look);
    const wrong: string[] = [];
    for (const path of [
      "",
      "/explore",
      "/series",
      "/explore?q=cpu_usage",
      "/time_series/shop?last=6h",
      "/alert/ops",
      "/time_series/shop?edit",
      "host",
    ]) {
      await opened.page.goto(server.url + (path === "host" ? `/hosts/${ids[0]}` : `/dashboards${path}`));
      await opened.page.locator(".pl-live--live").waitFor();
      await opened.page.locator(".pl-loading").first().waitFor({ state: "detached" });
      if (path.endsWith("?edit")) await opened.page.getByRole("button", { name: "Edit Load" }).click();
      await opened.quiet();
      wrong.push(...(await faultsOf(opened.page, `metrics ${path}`, width)));
    }
    wrong.push(...opened.complaints);
    await opened.context.close();
    expect(wrong).toEqual([]);
  });
});
