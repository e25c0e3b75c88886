import type { Hardware } from "../../../api/identity";

/** What a machine is told by, in one line. */
export const told = ({ bios_uuid, mac_addresses = [] }: Hardware) =>
  [bios_uuid, mac_addresses.join(" ")].filter(Boolean).join(" · ") || "says nothing of its hardware";
