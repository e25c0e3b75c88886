import { counted } from "../parts/format";

/** The host by its name, or how many. */
export function nameOf(hosts: readonly { display_name: string }[]): string {
  return hosts.length === 1 && hosts[0] ? hosts[0].display_name : counted(hosts.length, "host");
}
