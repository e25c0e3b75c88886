import { counted } from "../parts/format";
import { visible } from "../parts/visible";

/** The host by its name, or how many. */
export function nameOf(hosts: readonly { display_name: string }[]): string {
  return hosts.length === 1 && hosts[0] ? visible(hosts[0].display_name) : counted(hosts.length, "host");
}
