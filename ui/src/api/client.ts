/** Where the inventory answers; the program writes its base path into the page that it serves. A worker has no page. */
const inventoryBase =
  globalThis.document?.querySelector('meta[name="inventory-base"]')?.getAttribute("content") ??
  "/api/inventory/v1";
const fleetBase = "/api/fleet/v1";

export const inventory = (path: string) => inventoryBase + path;
export const fleet = (path: string) => fleetBase + path;
export const drift = (path: string) => `/api/drift/v1${path}`;
export const baselines = (path: string) => `/api/system-baseline/v1${path}`;
export const notifications = (path: string) => `/api/notifications/v1${path}`;
export const history = (path: string) => `/api/historical-system-profiles/v1${path}`;

/** A refusal, or no answer at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail || title);
    this.name = "ApiError";
  }
}

/** Whether nobody answered who knows: the server is away, or starts again behind a proxy. Asking again may help. */
export const isAway = (error: unknown) =>
  error instanceof ApiError && [0, 502, 503, 504].includes(error.status);

/** Whether the server knows what was asked and says no: asking again changes nothing. */
export const isRefusal = (error: unknown) =>
  error instanceof ApiError && error.status >= 400 && error.status < 500;

/** What a page shows instead of its data: a fault of the server takes nothing away that was read before, a refusal does. */
export function failureOf({ error, data }: { error: Error | null; data: unknown }): Error | null {
  return data === undefined || isRefusal(error) ? error : null;
}

/** Tells, as an event `away`, that a request had no answer at all. */
export const requests = new EventTarget();

/** Asks, and gives the JSON of the answer; whatever is no success is thrown as an `ApiError`. */
export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await answer(path, init);
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export function send<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  return ask<T>(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

async function answer(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    requests.dispatchEvent(new Event("away"));
    throw new ApiError(0, "No answer", "the server does not answer; is `plumbline up` running?");
  }
}

/** The texts of a refusal, in any of the shapes that the API has. */
function refusal(response: Response, text: string): ApiError {
  const words = response.statusText || `Status ${response.status}`;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "string") return new ApiError(response.status, words, body);
    const { title, detail, error, errors, message } = body as Record<string, unknown>;
    return new ApiError(
      response.status,
      typeof title === "string" && title !== "" ? title : words,
      typeof detail === "string" ? detail : (saidIn(errors) ?? saidIn(error) ?? saidIn(message) ?? ""),
    );
  } catch {
    return new ApiError(response.status, words, text.slice(0, 300));
  }
}

/** The text of an error where older wires have it: as it is, or below the names of fields. */
function saidIn(value: unknown, field = ""): string | undefined {
  if (typeof value === "string") return field === "" ? value : `${field}: ${value}`;
  if (typeof value !== "object" || value === null) return undefined;
  const said = Object.entries(value).map(([name, inner]) => {
    const plain = Array.isArray(value) || ["error", "json", "query", "_schema"].includes(name);
    return saidIn(inner, plain ? field : name);
  });
  return said.filter(text => text !== undefined).join("; ") || undefined;
}

/** In runs of `size`: the API takes up to a hundred ids at a time. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}
