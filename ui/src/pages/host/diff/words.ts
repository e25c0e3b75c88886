import type { KeyChange } from "../../../api/fleet";
import { valueText } from "../facts/flatten";

export type Side = "before" | "after";

interface Part {
  text: string;
  differs: boolean;
}

const absent = (value: unknown) => value === null || value === undefined;

/** The sign of a change, and its word for who does not see it. */
export function signOf({ before, after }: KeyChange): { sign: string; name: string } {
  if (absent(before)) return { sign: "+", name: "added" };
  return absent(after) ? { sign: "−", name: "removed" } : { sign: "~", name: "changed" };
}

/** How many of each kind, in words. */
export function tally(changes: readonly KeyChange[]): string {
  const counts = new Map<string, number>();
  for (const change of changes) {
    const { name } = signOf(change);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return ["changed", "added", "removed"]
    .filter(name => counts.has(name))
    .map(name => `${counts.get(name)} ${name}`)
    .join(", ");
}

const written = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? JSON.stringify(value)
    : valueText(value);

/** One side of a change; of two texts the middle that differs is marked. */
export function sideOf({ before, after }: KeyChange, side: Side): Part[] {
  const own = side === "before" ? before : after;
  if (absent(own)) return [];
  const text = written(own);
  if (absent(before) || absent(after)) return [{ text, differs: true }];
  const [start, end] = middle(written(before), written(after));
  const parts = [
    { text: text.slice(0, start), differs: false },
    { text: text.slice(start, text.length - end), differs: true },
    { text: text.slice(text.length - end), differs: false },
  ];
  return parts.filter(part => part.text !== "");
}

/** How many characters two texts share at their beginning and at their end. Numbers are not cut in two. */
function middle(a: string, b: string): [number, number] {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  while (start > 0 && /[0-9a-z]/i.test(a[start - 1] ?? "")) start -= 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  while (end > 0 && /[0-9a-z]/i.test(a[a.length - end] ?? "")) end -= 1;
  return [start, end];
}
