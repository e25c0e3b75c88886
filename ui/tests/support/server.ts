import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/** The program as cargo builds it for development; PLUMBLINE_BIN names another. */
function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const found = process.env.PLUMBLINE_BIN ?? join(target, "debug/plumbline");
  if (!existsSync(found))
    throw new Error(`there is no ${found}: cargo build -p plumbline, or set PLUMBLINE_BIN`);
  return found;
}

/** A `plumbline up` on a folder and a port of its own. */
export class Server {
  private constructor(
    private child: ChildProcess,
    readonly folder: string,
    readonly address: string,
  ) {}

  static async start(
    folder = mkdtempSync(join(tmpdir(), "plumbline-pages-")),
    listen = "127.0.0.1:0",
    env: Record<string, string> = {},
  ): Promise<Server> {
    const args = ["up", "--no-report", "--listen", listen, "--data", folder];
    const child = spawn(binary(), args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let heard = "";
    const address = await new Promise<string>((done, fail) => {
      const listen = (bytes: Buffer) => {
        heard += bytes.toString();
        const found = /http:\/\/([^/\s]+)/.exec(heard);
        if (found?.[1]) done(found[1]);
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", bytes => {
        heard += bytes;
      });
      child.on("exit", code => fail(new Error(`plumbline up ended with ${code}:\n${heard}`)));
    });
    return new Server(child, folder, address);
  }

  get url() {
    return `http://${this.address}`;
  }

  /** Takes in reports the way `plumbline ingest` gives them to a running server. */
  async ingest(lines: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (let at = 0; at < lines.length; at += 500) {
      const body = lines.slice(at, at + 500).join("\n");
      const response = await fetch(`${this.url}/api/fleet/v1/ingest`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`ingest: ${response.status} ${text}`);
      for (const line of text.trim().split("\n")) {
        const result = JSON.parse(line) as { ok: boolean; id: string };
        if (!result.ok) throw new Error(`refused: ${line}`);
        ids.push(result.id);
      }
    }
    return ids;
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** The changes of a host, newest first. */
  async timeline(id: string): Promise<{ seq: number; kind: string }[]> {
    const { changes } = await this.get<{ changes: { seq: number; kind: string }[] }>(
      `/api/fleet/v1/hosts/${id}/timeline`,
    );
    return changes;
  }

  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(this.url + path, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** Ends it; the folder stays for another start when `keep` is set. */
  async stop(keep = false): Promise<void> {
    const ended = new Promise(done => this.child.on("exit", done));
    this.child.kill("SIGTERM");
    await ended;
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }
}
