import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath))
    throw new Error(`there is no ${executablePath}: apt install chromium, or set CHROMIUM`);
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
      // Nothing outside of this machine is asked: where names are looked up for long, pages of others would wait for their fonts.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
}

export interface Look {
  dark?: boolean;
  width?: number;
  height?: number;
}

/** How wide every page is looked at: on a desk and on a phone. */
export const WIDTHS: [string, Look][] = [
  ["1440 wide", {}],
  ["390 wide", { width: 390, height: 844 }],
];

/** A fresh profile and one page of it: whatever the console complains of is in `complaints`, and `quiet` waits until nothing is asked for. */
export async function openPage(browser: Browser, { dark = false, width = 1440, height = 900 }: Look = {}) {
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    permissions: ["clipboard-read", "clipboard-write"],
    timezoneId: "UTC",
    locale: "en-US",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", error => complaints.push(String(error)));
  return { page, context, complaints, quiet: whenQuiet(page) };
}

/** Waits until a page has asked for nothing for so long; the stream of changes stays open and does not count. */
function whenQuiet(page: Page): (milliseconds?: number) => Promise<void> {
  const open = new Set<unknown>();
  let last = Date.now();
  page.on("request", request => {
    if (!request.url().endsWith("/stream")) open.add(request);
  });
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", request => {
      open.delete(request);
      last = Date.now();
    });
  return async (milliseconds = 250) => {
    while (open.size > 0 || Date.now() - last < milliseconds) await page.waitForTimeout(50);
  };
}

/** The rules of axe that see colours: the others find the same in the light and in the dark. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** What axe finds by these rules; without them by all, best practices and the size of targets (24 pixels, or room around them) among them. */
export async function findings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated and not added as a script: the policy of the pages allows none from elsewhere.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(readFileSync(AXE, "utf8"));
  return page.evaluate(async only => {
    // biome-ignore lint/suspicious/noExplicitAny: the script put it there
    const { violations } = await (window as any).axe.run(document, {
      resultTypes: ["violations"],
      ...(only ? { runOnly: only } : { rules: { "target-size": { enabled: true } } }),
    });
    interface Violation {
      id: string;
      help: string;
      nodes: { target: string[]; failureSummary: string }[];
    }
    // An open menu stands at the end of the document, beside the landmarks: it is reached from its button alone.
    const isMenu = (node: Violation["nodes"][number]) => node.target.join(" ").includes("pf-v6-c-menu");
    const kept = (violations as Violation[]).filter(
      each => each.id !== "region" || !each.nodes.every(isMenu),
    );
    return kept.map(
      each =>
        `${each.id}: ${each.help}\n  ${each.nodes
          .slice(0, 5)
          .map(node => `${node.target.join(" ")}: ${node.failureSummary.split("\n")[1] ?? ""}`)
          .join("\n  ")}`,
    );
  }, rules);
}

/** Waits until what fades or slides has come to rest. */
const still = (page: Page) =>
  page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(each => each instanceof CSSTransition)
        .map(each => each.finished),
    ),
  );

/** By how much the page is wider than the window; tables may scroll by themselves. */
const sidewaysScroll = (page: Page) =>
  page.evaluate(() => {
    const main = document.querySelector("main");
    const inside = main ? main.scrollWidth - main.clientWidth : 0;
    return Math.max(inside, document.documentElement.scrollWidth - window.innerWidth);
  });

/** Has the system be dark, or light again, and the page with it. */
async function coloured(page: Page, colorScheme: "dark" | "light") {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction(
    dark => document.documentElement.classList.contains("pf-v6-theme-dark") === dark,
    colorScheme === "dark",
  );
  await still(page);
}

/** What is wrong with a page as it stands, light and dark: what keeps people out, and whether it scrolls sideways. SHOTS names a folder for pictures. */
export async function faultsOf(page: Page, name: string, width: string): Promise<string[]> {
  const shot = async (look: string) => {
    if (!process.env.SHOTS) return;
    const file = `${name} ${look} ${width}`.replace(/\W+/g, "_");
    await page.screenshot({ path: `${process.env.SHOTS}/${file}.png` });
  };
  await still(page);
  await shot("light");
  const faults = await findings(page);
  const over = await sidewaysScroll(page);
  if (over > 0) faults.push(`is ${over} pixels too wide`);
  await coloured(page, "dark");
  await shot("dark");
  faults.push(...(await findings(page, OF_COLOUR)).map(each => `dark: ${each}`));
  await coloured(page, "light");
  return faults.map(fault => `${name}: ${fault}`);
}
