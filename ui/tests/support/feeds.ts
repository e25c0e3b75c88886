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

/** Makes the baseline `gold` that is as the first of these hosts, for all of them, and waits until what they report is compared with it. */
export async function baselineOf(server: Server, hosts: readonly string[], name = "gold"): Promise<string> {
  const base = "/api/system-baseline/v1/baselines";
  const made = await server.send("POST", base, { display_name: name, inventory_uuid: hosts[0] });
  const { id } = (await made.json()) as { id: string };
  await server.send("POST", `${base}/${id}/systems`, { system_ids: hosts });
  // The follower begins behind what is there.
  await new Promise(done => setTimeout(done, 2_000));
  return id;
}

/** Machines that the API compares: it leaves CentOS out. Gives their ids by name, as lists show them. */
export async function comparable(server: Server, many: number): Promise<string[]> {
  const ids = await server.ingest(reports(0, many, { system: 0 }));
  const { results } = await server.get<{ results: { id: string }[] }>(
    "/api/inventory/v1/hosts?order_by=display_name&per_page=100",
  );
  return results.map(host => host.id).filter(id => ids.includes(id));
}
