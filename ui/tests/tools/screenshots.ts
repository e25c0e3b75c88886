import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser, openPage } from "../support/browser";
import { Server } from "../support/server";
import { stage } from "./stage";

/** Pictures of the real program with a seeded fleet: npm run screenshots [FOLDER] */
export async function main(folder = resolve(import.meta.dirname, "../../../docs/images")) {
  mkdirSync(folder, { recursive: true });
  // There is no registry here to look for the images of benchmarks in.
  const server = await Server.start(undefined, undefined, { PLUMBLINE_BENCHMARKS_CHECK_IMAGES: "false" });
  const browser = await openBrowser();
  try {
    for (const shot of await stage(server)) {
      const { page, context, quiet } = await openPage(browser, { height: 860, ...shot.look });
      await page.goto(server.url + shot.path);
      await page.locator(".pl-live--live").waitFor();
      await page.locator(".pl-loading, .pl-bone").first().waitFor({ state: "detached" });
      await quiet(700);
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
