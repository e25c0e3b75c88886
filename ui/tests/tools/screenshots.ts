import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { type Look, openBrowser, openPage } from "../support/browser";
import { grouped, reports } from "../support/feeds";
import { Server } from "../support/server";

interface Shot {
  name: string;
  path: string;
  look?: Look;
  act?: (page: Page) => Promise<void>;
}

/** Pictures of the real program with a seeded fleet: node scripts/run.mjs tests/tools/screenshots.ts [FOLDER] */
export async function main(folder = resolve(import.meta.dirname, "../../../docs/images")) {
  mkdirSync(folder, { recursive: true });
  const server = await Server.start();
  const browser = await openBrowser();
  try {
    for (const shot of await stage(server)) {
      const { page, context } = await openPage(browser, { height: 860, ...shot.look });
      await page.goto(server.url + shot.path);
      await page.locator(".pl-live--live").waitFor();
      await page.locator(".pl-loading, .pl-bone").first().waitFor({ state: "detached" });
      await shot.act?.(page);
      // What has just changed glows for a moment, and pictures of two runs are to be alike.
      await page.waitForTimeout(2_200);
      const file = join(folder, `${shot.name}.png`);
      await page.screenshot({ path: file });
      writeFileSync(file, await withFewColours(page, readFileSync(file)));
      await context.close();
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** A fleet with groups and a past, and what to look at. */
async function stage(server: Server): Promise<Shot[]> {
  const ids = await server.ingest(reports(0, 1_248));
  const racks = ["ams1 rack 04", "ams1 rack 05", "fra2 rack 11", "edge", "payments"];
  for (const [at, name] of racks.entries())
    await grouped(server, name, ids.slice(at * 180, at * 180 + 70 + at * 22));
  for (let generation = 1; generation <= 4; generation += 1) {
    await server.ingest(reports(0, 90 - generation * 15, { generation }));
    await new Promise(done => setTimeout(done, 1_500));
  }
  await server.send("DELETE", `/api/inventory/v1/hosts/${ids.slice(-9).join(",")}`);
  const host = ids[7] as string;
  await server.send("PATCH", `/api/fleet/v1/hosts/${host}/tags`, {
    add: [{ namespace: "ops", key: "window", value: "sunday" }],
  });
  const moments = await server.timeline(host);
  const [newest, oldest] = [moments[0]?.seq, moments.at(-1)?.seq];
  return [
    { name: "overview", path: "/" },
    { name: "overview-dark", path: "/", look: { dark: true } },
    { name: "hosts", path: "/hosts?tags=ops/env%3Dprod&order_by=display_name" },
    { name: "hosts-dark", path: "/hosts", look: { dark: true } },
    { name: "host", path: `/hosts/${host}` },
    { name: "host-compared", path: `/hosts/${host}?from=${oldest}&to=${newest}`, look: { dark: true } },
    { name: "groups", path: "/groups" },
    {
      name: "search",
      path: "/hosts",
      act: async page => {
        await page.keyboard.press("Control+k");
        await page.getByRole("combobox", { name: "Find hosts, tags and groups" }).fill("edge");
        await page.getByRole("group", { name: "Groups" }).getByRole("option").first().waitFor();
      },
    },
    { name: "phone", path: "/hosts", look: { width: 390, height: 844, dark: true } },
  ];
}

/** The same picture in fewer bytes: shades that nobody tells apart become one, which compresses far better. */
async function withFewColours(page: Page, png: Buffer): Promise<Buffer> {
  const text = await page.evaluate(async encoded => {
    const bytes = Uint8Array.from(atob(encoded), letter => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.drawImage(picture, 0, 0);
    const data = context.getImageData(0, 0, picture.width, picture.height);
    for (let at = 0; at < data.data.length; at += 1) {
      if (at % 4 !== 3) data.data[at] = Math.min(255, Math.round((data.data[at] ?? 0) / 5) * 5);
    }
    context.putImageData(data, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const out = new Uint8Array(await blob.arrayBuffer());
    let letters = "";
    for (const byte of out) letters += String.fromCharCode(byte);
    return btoa(letters);
  }, png.toString("base64"));
  const smaller = Buffer.from(text, "base64");
  return smaller.length < png.length ? smaller : png;
}
