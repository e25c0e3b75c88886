import { type Kind, report } from "./fleet";
import type { Server } from "./server";

/** The lines of machines number `from` up to `to`. */
export function reports(from: number, to: number, kind: Kind = {}): string[] {
  return Array.from({ length: to - from }, (_, at) => report(from + at, kind).line);
}

/** Makes a group with these hosts, and gives its id. */
export async function grouped(server: Server, name: string, hosts: readonly string[]): Promise<string> {
  const made = await server.send("POST", "/api/inventory/v1/groups", { name, host_ids: hosts });
  return ((await made.json()) as { id: string }).id;
}
