import { bytes, exact } from "../../../parts/format";

/** A fact by the path to it, and its value in words. */
export interface Fact {
  path: string;
  text: string;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A single value as people read it. */
export function valueText(value: unknown, path = ""): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return path.endsWith("bytes") ? bytes(value) : String(value);
  if (typeof value === "string") {
    return MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? exact(value) : value;
  }
  if (Array.isArray(value)) return value.map(item => valueText(item)).join(", ");
  return JSON.stringify(value);
}

/** Objects taken apart down to single values; lists of single values stay together. */
export function flatten(value: unknown, path: string): Fact[] {
  if (Array.isArray(value)) {
    const nested = value.some(item => typeof item === "object" && item !== null);
    return nested
      ? value.flatMap((item, at) => flatten(item, `${path}[${at}]`))
      : [{ path, text: value.length === 0 ? "none" : valueText(value, path) }];
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value);
    return members.flatMap(([name, member]) => flatten(member, path === "" ? name : `${path}.${name}`));
  }
  return [{ path, text: valueText(value, path) }];
}
