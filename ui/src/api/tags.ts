import type { Tag } from "./types";

/** `namespace/key=value`, as people read and the filters take it. */
export function tagText(tag: Tag): string {
  const namespace = tag.namespace ? `${tag.namespace}/` : "";
  const value = tag.value ? `=${tag.value}` : "";
  return `${namespace}${tag.key ?? ""}${value}`;
}

/** The same for a filter: each part escaped, so that a slash in a value stays one. */
export function tagFilter(tag: Tag): string {
  const namespace = tag.namespace ? `${encodeURIComponent(tag.namespace)}/` : "";
  const value = tag.value ? `=${encodeURIComponent(tag.value)}` : "";
  return `${namespace}${encodeURIComponent(tag.key ?? "")}${value}`;
}

/** What a filter's text means, for people. */
export function filterText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads `namespace/key=value`; nothing when there is no key. */
export function parseTag(text: string): Tag | undefined {
  const trimmed = text.trim();
  const equals = trimmed.indexOf("=");
  const left = equals < 0 ? trimmed : trimmed.slice(0, equals);
  const value = equals < 0 ? "" : trimmed.slice(equals + 1).trim();
  const slash = left.indexOf("/");
  const namespace = slash < 0 ? "" : left.slice(0, slash).trim();
  const key = (slash < 0 ? left : left.slice(slash + 1)).trim();
  return key === "" ? undefined : { namespace: namespace || null, key, value: value || null };
}

export const sameTag = (a: Tag, b: Tag) => tagText(a) === tagText(b);
