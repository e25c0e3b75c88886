/** Where the inventory answers; the program writes its base path into the page that it serves. */
const inventoryBase =
  document.querySelector('meta[name="inventory-base"]')?.getAttribute("content") ?? "/api/inventory/v1";
const fleetBase = "/api/fleet/v1";

export const inventory = (path: string) => inventoryBase + path;
export const fleet = (path: string) => fleetBase + path;
export const drift = (path: string) => `/api/drift/v1${path}`;
export const baselines = (path: string) => `/api/system-baseline/v1${path}`;
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

/** Asks, and gives the JSON of the answer; whatever is no success is thrown as an `ApiError`. */
export async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await answer(path, init);
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export function send<T>(method: "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
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
    throw new ApiError(0, "No answer", "the server does not answer; is `plumbline up` running?");
  }
}

/** The texts of a refusal, in any of the shapes that the API has. */
function refusal(response: Response, text: string): ApiError {
  const words = response.statusText || `Status ${response.status}`;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "string") return new ApiError(response.status, words, body);
    const { title, detail, message } = body as { title?: unknown; detail?: unknown; message?: unknown };
    return new ApiError(
      response.status,
      typeof title === "string" && title !== "" ? title : words,
      typeof detail === "string" ? detail : typeof message === "string" ? message : "",
    );
  } catch {
    return new ApiError(response.status, words, text.slice(0, 300));
  }
}

/** In runs of `size`: the API takes up to a hundred ids at a time. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}
