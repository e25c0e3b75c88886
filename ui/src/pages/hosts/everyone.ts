import { ask } from "../../api/client";
import { type HostSearch, hostsPath } from "../../api/search";
import type { Host, Page } from "../../api/types";
import { csvLine } from "../../parts/csv";
import { groupName, osName } from "../../parts/os";
import { ageOf } from "../../parts/staleness";

const PAGE = 100;
/** More than these are for a program that reads the API. */
const MOST = 20_000;

interface Watched {
  /** Told how many of how many are there, after each page. */
  told?: (found: number, total: number) => void;
  signal?: AbortSignal;
}

/** Every host that matches, page by page; in the order of names, which stands still meanwhile. */
export async function everyone(search: HostSearch, { told, signal }: Watched = {}): Promise<Host[]> {
  const found = new Map<string, Host>();
  const asked: HostSearch = { ...search, order_by: "display_name", order_how: "ASC" };
  for (let page = 1; ; page += 1) {
    const { results, total } = await ask<Page<Host[]>>(hostsPath(asked, page, PAGE), { signal });
    if (total > MOST) throw new Error(`${total} hosts are more than ${MOST}: narrow the list`);
    for (const host of results) found.set(host.id, host);
    told?.(found.size, total);
    if (page * PAGE >= total) return [...found.values()];
  }
}

const HEAD = [
  ...["Name", "State", "System", "Kernel", "Group", "CPUs", "Memory in bytes", "Last seen", "Created"],
  ...["FQDN", "IP addresses", "MAC addresses", "Reporter", "Id"],
];

/** Hosts as CSV; several values of one cell have blanks between. */
export function hostsCsv(hosts: readonly Host[], now: number): string {
  const lines = hosts.map(host =>
    csvLine([
      host.display_name,
      ageOf(host, now),
      osName(host.system_profile),
      host.system_profile?.os_kernel_version ?? "",
      groupName(host),
      String(host.system_profile?.number_of_cpus ?? ""),
      String(host.system_profile?.system_memory_bytes ?? ""),
      host.last_check_in,
      host.created,
      host.fqdn ?? "",
      (host.ip_addresses ?? []).join(" "),
      (host.mac_addresses ?? []).join(" "),
      host.reporter,
      host.id,
    ]),
  );
  return csvLine(HEAD) + lines.join("");
}
