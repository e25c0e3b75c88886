import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage } from "../support/browser";
import { type Feed, write } from "../support/samples";
import { Server } from "../support/server";

const POINTS = 10_000;
const CHARTS = 20;
const SERIES = 5_000;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  browser = await openBrowser();
  const long: Feed[] = Array.from({ length: CHARTS }, (_, nth) => ({
    measurement: "long",
    tags: { nth: String(nth) },
    count: POINTS,
    step: 1,
    fields: at => ({ value: Math.sin(at / 500 + nth) + ((at * 7919) % 17) / 20 }),
  }));
  const many: Feed[] = Array.from({ length: SERIES }, (_, nth) => ({
    measurement: "many",
    tags: { nth: String(nth) },
    count: 20,
    step: 60,
    fields: at => ({ value: nth + at }),
  }));
  await write(server, [...long, ...many]);
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The times between frames while something is done, in order of length. */
async function framesOf(page: Page, act: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    let last = performance.now();
    const step = (now: number) => {
      times.push(now - last);
      last = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    Object.assign(window, { times });
  });
  await act();
  const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  return times.slice(2).sort((a, b) => a - b);
}

async function point(page: Page) {
  const box = await page.getByRole("application").first().boundingBox();
  if (!box) throw new Error("there is no chart in sight");
  for (let at = 0; at < 60; at += 1) await page.mouse.move(box.x + (box.width * at) / 60, box.y + 80);
}

/** The longest frame of a page that does nothing: on a busy machine frames are late by themselves. */
const idle = async (page: Page) => (await framesOf(page, () => page.waitForTimeout(1_500))).at(-1) ?? 0;

const told = (what: string, shown: number, still: number, frames: readonly number[]) => {
  const at = (share: number) => Math.round(frames[Math.floor((frames.length - 1) * share)] ?? 0);
  process.stdout.write(
    `${what}: shown after ${Math.round(shown)} ms; frames ${at(0.5)} ms, longest ${at(1)} ms, of an idle page ${Math.round(still)} ms\n`,
  );
};

it(`${CHARTS} charts of ${POINTS} points are there soon, and follow the pointer`, async () => {
  const charts = Array.from({ length: CHARTS }, (_, nth) => ({
    title: `chart ${nth}`,
    points: 11_000,
    rangePeriod: "minutes",
    rangeMultiplier: 180,
    queries: [{ expr: `long_value{nth="${nth}"}`, legend: "" }],
  }));
  await server.send("POST", "/api/v1/dashboards", { type: "time_series", name: "long", data: { charts } });
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${server.url}/dashboards`);
  await page.getByRole("link", { name: "long" }).hover();
  const still = await idle(page);
  const begin = performance.now();
  await page.getByRole("link", { name: "long" }).click();
  // Those in sight come first; the others when somebody gets to them.
  await page.waitForFunction(() => document.querySelectorAll(".pl-plot__canvas").length >= 4);
  const shown = performance.now() - begin;
  const frames = await framesOf(page, async () => {
    await point(page);
    for (let at = 0; at < CHARTS; at += 1) {
      await page.mouse.wheel(0, 250);
      await page.waitForTimeout(60);
    }
  });
  await page.waitForFunction(many => document.querySelectorAll(".pl-plot__canvas").length === many, CHARTS);
  told(`${CHARTS} × ${POINTS}`, shown, still, frames);
  // What is promised, two seconds and a tenth, is for a machine that does nothing else.
  expect(shown).toBeLessThan(8_000);
  expect(frames.at(-1)).toBeLessThan(250 + 3 * still);
  expect(complaints).toEqual([]);
  await context.close();
});

it(`${SERIES} series in one chart: the highest are drawn, and the page says how many are not`, async () => {
  const { page, context, complaints } = await openPage(browser);
  await page.goto(`${server.url}/dashboards/explore`);
  await page.getByRole("textbox", { name: "Expression" }).click();
  await page.keyboard.insertText("many_value");
  const still = await idle(page);
  const begin = performance.now();
  await page.keyboard.press("Control+Enter");
  await page.getByText("The 50 highest of 5,000 series are drawn, and 4,950 more are not").waitFor();
  const shown = performance.now() - begin;
  const frames = await framesOf(page, () => point(page));
  told(`1 × ${SERIES}`, shown, still, frames);
  await page.getByText("50 series", { exact: true }).click();
  expect(await page.locator(".pl-legend tbody td").first().textContent()).toContain(`nth="${SERIES - 1}"`);
  expect(shown).toBeLessThan(8_000);
  expect(frames.at(-1)).toBeLessThan(250 + 3 * still);
  expect(complaints).toEqual([]);
  await context.close();
});
