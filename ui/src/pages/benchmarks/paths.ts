/** The parts of a path as filters write it: dots between them, double quotes around what has dots or blanks. */
export function partsOf(path: string): string[] {
  return [...path.matchAll(/"((?:[^"\\]|\\.)*)"|([^."]+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

/** The other way round. */
export const pathOf = (parts: readonly string[]) =>
  parts
    .map(part => (/[.\s"]/.test(part) || part === "" ? `"${part.replaceAll('"', '\\"')}"` : part))
    .join(".");

/** What stands at a place of a document; nothing where there is no such place. */
export function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const part of partsOf(path)) {
    if (Array.isArray(value)) value = value.at(Number(part));
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, part)) {
      value = (value as Record<string, unknown>)[part];
    } else return undefined;
  }
  return value;
}

/** A value for people: nothing for what is not there. */
export function shown(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export interface Suggestion {
  path: string;
  note: string;
}

/** The places that a schema suggests, then those that documents have; each once. */
export function suggestions(schema: unknown, documents: readonly unknown[]): Suggestion[] {
  const suggested = new Map<string, string>();
  const others = new Map<string, string>();
  const walk = (part: unknown, path: readonly string[]) => {
    if (typeof part !== "object" || part === null || path.length > 12) return;
    const { properties, suggestToUser, description } = part as Record<string, unknown>;
    if (typeof properties === "object" && properties !== null) {
      for (const [name, inner] of Object.entries(properties)) walk(inner, [...path, name]);
    } else if (path.length > 0) {
      const into = suggestToUser === true ? suggested : others;
      into.set(pathOf(path), typeof description === "string" ? description : "");
    }
  };
  walk(schema, []);
  const scan = (value: unknown, path: readonly string[]) => {
    if (others.size > 300 || path.length > 12) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) scan(inner, [...path, name]);
    } else if (!Array.isArray(value) && path.length > 0) {
      const name = pathOf(path);
      if (!suggested.has(name) && !others.has(name)) others.set(name, "");
    }
  };
  for (const document of documents) scan(document, []);
  return [...suggested, ...others].map(([path, note]) => ({ path, note }));
}
