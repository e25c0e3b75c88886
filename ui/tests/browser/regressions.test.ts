import { describe, expect, it } from "vitest";
import { benchmarked } from "../support/benchmarks";
import { faultsOf, openPage, WIDTHS } from "../support/browser";
import { browser, complaints, go, page, server, startForEach, told } from "../support/each";
import { reports } from "../support/feeds";

// There is no registry here to look for images in.
startForEach({ PLUMBLINE_BENCHMARKS_CHECK_IMAGES: "false" });

/** Results around a level, each as it is measured now; pinned to a host, when there is one. */
async function send(benchmark: string, flavor: string, scores: readonly number[], host?: string) {
  for (const [at, score] of scores.entries()) {
    const params = new URLSearchParams({
      benchmark_id: benchmark,
      flavor_id: flavor,
      execution_datetime: new Date().toISOString(),
      ...(host ? { host_id: host } : {}),
    });
    const result = { score: score + ((at * 7919) % 13) / 13 };
    await server.send("POST", `/api/v1/results?${params}`, { machine: { cpu: { count: 8 } }, result });
  }
}

const around = (level: number, many: number) => Array.from({ length: many }, () => level);

async function slower() {
  const [host = ""] = await server.ingest(reports(0, 1, { system: 0 }));
  const { benchmark, flavors } = await benchmarked(server);
  await server.send("PUT", "/api/fleet/v1/regressions/watches", {
    benchmark_id: benchmark,
    path: "result.score",
    better: "lower",
  });
  const flavor = flavors[0] ?? "";
  await send(benchmark, flavor, [...around(100, 40), ...around(130, 16)]);
  await send(benchmark, flavor, around(100, 40), host);
  await server.ingest(reports(0, 1, { system: 0, generation: 1 }));
  await send(benchmark, flavor, around(150, 16), host);
  const found = async () => (await server.get<{ total: number }>("/api/fleet/v1/regressions")).total;
  await expect.poll(found, { timeout: 20_000 }).toBe(2);
  return host;
}

const cards = (many: number) =>
  page.waitForFunction(wanted => document.querySelectorAll(".pl-regression").length === wanted, many);

describe("regressions", () => {
  it("say what to do while there are none", async () => {
    await go("/benchmarks/regressions");
    await page.getByText("Nothing got worse").waitFor();
    await page.getByRole("button", { name: "Watched" }).click();
    await page.getByText("Nothing is watched yet").waitFor();
  });

  it("are looked for where a value is said to be watched, until that is taken back", async () => {
    const { benchmark, flavors } = await benchmarked(server);
    await send(benchmark, flavors[0] ?? "", around(100, 40));
    await go("/benchmarks/regressions?state=watched");
    await page.getByRole("button", { name: "Watch a value" }).click();
    const chosen = await server.get<{ docker_image: string; docker_tag: string }>(
      `/api/v1/benchmarks/${benchmark}`,
    );
    await page.getByRole("combobox", { name: /^Benchmark/ }).selectOption({
      label: `${chosen.docker_image}:${chosen.docker_tag}`,
    });
    await page.getByLabel("Path in the results, or a metric").fill("result.score");
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await told("Results are looked through");
    await page.getByText("lower is better").waitFor();
    const watched = async () =>
      (await server.get<{ total: number }>("/api/fleet/v1/regressions/series")).total;
    await expect.poll(watched, { timeout: 20_000 }).toBe(1);
    await page.reload();
    await page.getByRole("cell", { name: /result\.score/ }).waitFor();
    for (const [width, look] of WIDTHS) {
      const opened = await openPage(browser, look);
      await opened.page.goto(`${server.url}/benchmarks/regressions?state=watched`);
      await opened.page.getByRole("cell", { name: /result\.score/ }).waitFor();
      expect(await faultsOf(opened.page, "watched", width)).toEqual([]);
      await opened.context.close();
    }
    await page.getByRole("button", { name: /^Take back/ }).click();
    await told("It is as it was before");
    await expect.poll(watched, { timeout: 20_000 }).toBe(0);
  });

  it("show the step, tell the machine's from the code's, and are acknowledged", async () => {
    const host = await slower();
    await go("/benchmarks");
    await page.getByRole("link", { name: "Regressions" }).click();
    await cards(2);
    const [first, second] = [page.locator(".pl-regression").nth(0), page.locator(".pl-regression").nth(1)];
    await first.getByText(/Regression \+/).waitFor();
    await second.getByText(/The machine changed/).waitFor();
    await first.locator("svg.pl-step rect").first().waitFor();
    await second.getByText(/1 change of the host/).waitFor();
    for (const [width, look] of WIDTHS) {
      const opened = await openPage(browser, look);
      await opened.page.goto(`${server.url}/benchmarks/regressions`);
      await opened.page.locator("svg.pl-step").nth(1).waitFor();
      expect(await faultsOf(opened.page, "regressions", width)).toEqual([]);
      await opened.context.close();
    }
    await first.getByRole("button", { name: /^Acknowledge/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Why").fill("a check was added");
    await page.keyboard.press("Enter");
    await told("It is acknowledged");
    await cards(1);
    await page.getByRole("button", { name: "Acknowledged", exact: true }).click();
    await page.getByText("a check was added").waitFor();
    await page.getByRole("button", { name: "Open again" }).click();
    await told("It is open again");
    await go(`/hosts/${host}`);
    await page.getByRole("link", { name: "1 open regression" }).click();
    await page.waitForURL(/regressions\?host=/);
    await cards(1);
    expect(complaints).toEqual([]);
  });
});
