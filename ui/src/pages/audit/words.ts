import type { AuditEntry } from "../../api/audit";

/** What kind of deed it was: made, changed, removed, or a command of the command line. */
export type Deed = "made" | "changed" | "removed" | "ran";

const DEEDS: Record<string, Deed> = { POST: "made", PUT: "changed", PATCH: "changed", DELETE: "removed" };

/** Method and path of a request, or the operation of a command and what it was about. */
export function deedOf({ operation, subject, via }: Pick<AuditEntry, "operation" | "subject" | "via">): {
  deed: Deed;
  what: string;
} {
  const [method = "", ...rest] = subject.split(" ");
  const deed = via === "command line" ? undefined : DEEDS[method];
  if (deed === undefined) return { deed: "ran", what: `${operation} ${subject}`.trim() };
  return { deed, what: rest.join(" ") };
}

/** How it ended. */
export function outcomeOf(status: number | null | undefined): { isWell: boolean; text: string } {
  if (status == null) return { isWell: false, text: "no answer: nobody knows whether it was done" };
  return status < 400 ? { isWell: true, text: "done" } : { isWell: false, text: `failed (${status})` };
}
