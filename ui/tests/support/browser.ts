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

/** How every page is looked at: on a desk and on a phone, light and dark. */
export const LOOKS: [string, Look][] = [
  ["light, 1440 wide", {}],
  ["dark, 1440 wide", { dark: true }],
  ["light, 390 wide", { width: 390, height: 844 }],
  ["dark, 390 wide", { dark: true, width: 390, height: 844 }],
];

/** A fresh profile and one page of it; whatever the console complains of is in `complaints`. */
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
  return { page, context, complaints };
}

/** What axe finds, best practices and the size of targets (24 pixels, or room around them) among it. */
export async function findings(page: Page): Promise<string[]> {
  // Evaluated and not added as a script: the policy of the pages allows none from elsewhere.
  await page.evaluate(readFileSync(AXE, "utf8"));
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: the script put it there
    const { violations } = await (window as any).axe.run(document, {
      resultTypes: ["violations"],
      rules: { "target-size": { enabled: true } },
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
  });
}

/** By how much the page is wider than the window; tables may scroll by themselves. */
const sidewaysScroll = (page: Page) =>
  page.evaluate(() => {
    const main = document.querySelector("main");
    const inside = main ? main.scrollWidth - main.clientWidth : 0;
    return Math.max(inside, document.documentElement.scrollWidth - window.innerWidth);
  });

/** What is wrong with a page as it stands: what keeps people out, and whether it scrolls sideways. SHOTS names a folder for pictures. */
export async function faultsOf(page: Page, name: string, look: string): Promise<string[]> {
  if (process.env.SHOTS) {
    const file = `${name} ${look}`.replace(/\W+/g, "_");
    await page.screenshot({ path: `${process.env.SHOTS}/${file}.png` });
  }
  const faults = (await findings(page)).map(finding => `${name}: ${finding}`);
  const over = await sidewaysScroll(page);
  return over > 0 ? [...faults, `${name}: is ${over} pixels too wide`] : faults;
}
