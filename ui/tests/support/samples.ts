import type { Server } from "./server";

/** Samples of a series in the line protocol: one each `step` seconds up to now. */
export interface Feed {
  measurement: string;
  tags?: Record<string, string>;
  /** The fields by the number of the sample; nothing for a gap. */
  fields: (at: number) => Record<string, number> | undefined;
  count: number;
  step: number;
}

const LINES = 20_000;

/** Writes them the way Telegraf does. */
export async function write(server: Server, feeds: readonly Feed[], now = Date.now()): Promise<void> {
  const end = Math.floor(now / 1000);
  const lines: string[] = [];
  for (const { measurement, tags = {}, fields, count, step } of feeds) {
    const head = [measurement, ...Object.entries(tags).map(([name, value]) => `${name}=${value}`)].join(",");
    for (let at = 0; at < count; at += 1) {
      const values = fields(at);
      if (!values) continue;
      const written = Object.entries(values).map(([name, value]) => `${name}=${value}`);
      lines.push(`${head} ${written.join(",")} ${end - (count - 1 - at) * step}`);
    }
  }
  for (let at = 0; at < lines.length; at += LINES) {
    const body = lines.slice(at, at + LINES).join("\n");
    const response = await fetch(`${server.url}/write?precision=s`, { method: "POST", body });
    if (!response.ok) throw new Error(`write: ${response.status} ${await response.text()}`);
  }
}

/** The load of some machines over six hours, with half an hour in which the second told nothing. */
export const loads = (hosts: readonly string[]): Feed[] =>
  hosts.map((host, nth) => ({
    measurement: "cpu",
    tags: { host, environment: nth < 2 ? "prod" : "qa", application: "shop" },
    count: 6 * 240,
    step: 15,
    fields: at => {
      if (nth === 1 && at > 480 && at < 600) return undefined;
      const wave = Math.sin(at / 120 + nth);
      return {
        usage: 50 + 30 * wave + ((at * 7919) % 13) / 2,
        requests_total: at * 40,
        memory_bytes: 4e9 + 1e9 * wave,
      };
    },
  }));
