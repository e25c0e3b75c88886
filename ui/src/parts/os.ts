import type { Host, RowProfile } from "../api/types";

/** The operating system in words: the structured one, else what the release file calls itself. */
export function osName(profile: RowProfile | null | undefined): string {
  const os = profile?.operating_system;
  if (os) return `${os.name} ${os.major}.${os.minor}`;
  return profile?.os_release ?? "";
}

/** The group that somebody put it into. */
export function groupName(host: Pick<Host, "groups">): string {
  const group = host.groups[0];
  return group && !group.ungrouped ? group.name : "";
}
