import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/** A port that nobody uses now. */
export const freePort = () =>
  new Promise<number>(done => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });

/** The OpenID provider that the tests of the program use too (`crates/testkit/openid`). */
export class Provider {
  private constructor(
    private child: ChildProcess,
    private folder: string,
    readonly issuer: string,
  ) {}

  static async start(): Promise<Provider> {
    const modules =
      process.env.PLUMBLINE_TEST_OPENID ??
      execFileSync(join(root, "scripts/fetch-openid-provider.sh"), { encoding: "utf8" }).trim();
    const folder = mkdtempSync(join(tmpdir(), "plumbline-openid-"));
    copyFileSync(join(root, "crates/testkit/openid/provider.mjs"), join(folder, "provider.mjs"));
    symlinkSync(join(modules, "node_modules"), join(folder, "node_modules"));
    // Node may hang before it runs the first line of a script.
    for (let tries = 0; tries < 3; tries += 1) {
      const port = await freePort();
      const args = ["--preserve-symlinks", "provider.mjs", String(port)];
      const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
      const ready = await new Promise<boolean>(done => {
        child.stdout?.on("data", (bytes: Buffer) => bytes.includes("ready") && done(true));
        child.on("exit", () => done(false));
        setTimeout(() => done(false), 20_000).unref();
      });
      if (ready) return new Provider(child, folder, `http://127.0.0.1:${port}`);
      child.kill("SIGKILL");
    }
    throw new Error("the OpenID provider is not ready after three tries");
  }

  private ask = (path: string) => fetch(`${this.issuer}/test/${path}`);

  /** Browsers are sent back to this address from now on. */
  returnsTo = (origin: string) => this.ask(`returns?to=${origin}`);

  /** How it answers from now on. */
  answers = (mode: "ok" | "slow" | "down" | "html") => this.ask(`mode?is=${mode}`);

  async stop() {
    const ended = new Promise(done => this.child.on("exit", done));
    this.child.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
