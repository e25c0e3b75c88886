/** The program that the page was served with, by the name of its script; the build puts a digest into that. */
const SCRIPT = /<script[^>]+src="(\/assets\/[^"]+)"/;
const own = () => SCRIPT.exec(document.documentElement.outerHTML)?.[1];

/** The script of the program that the server has now; nothing while it does not answer. */
async function served(): Promise<string | undefined> {
  const response = await fetch("/", { cache: "no-store", headers: { accept: "text/html" } }).catch(
    () => undefined,
  );
  return response?.ok ? SCRIPT.exec(await response.text())?.[1] : undefined;
}

/** Whether the server has another program than the one this page is of. */
export async function isUpgraded(): Promise<boolean> {
  const [script, mine] = [await served(), own()];
  return script !== undefined && mine !== undefined && script !== mine;
}

const RELOADED = "plumbline-reloaded";

/** Loads the page anew, once for a state of the program: false when that was done already. */
export async function reloadOnce(): Promise<boolean> {
  const script = (await served()) ?? "";
  const mark = `${script} ${own()}`;
  if (sessionStorage.getItem(RELOADED) === mark) return false;
  sessionStorage.setItem(RELOADED, mark);
  location.reload();
  return true;
}

const wait = (milliseconds: number) => new Promise(done => setTimeout(done, milliseconds));

/**
 * Loads a part of the program, for as long as it takes: the server may be away. When it answers and the part is still not
 * to be had, the browser remembers the failure, or the server was upgraded: the page is loaded anew.
 */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const wasThere = attempt > 0 && (await served()) !== undefined;
    try {
      return await load();
    } catch (error) {
      if (wasThere) {
        if (!(await reloadOnce())) throw error;
        // Until the new page takes over.
        await wait(60_000);
      }
      await wait(Math.min(300 * 2 ** attempt, 5_000));
    }
  }
}
