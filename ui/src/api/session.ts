import { queryOptions } from "@tanstack/react-query";
import { ApiError, ask, send } from "./client";
import type { components } from "./generated/login";

type Schemas = components["schemas"];
type Session = Schemas["SessionOut"];
export type Person = Schemas["PersonOut"];

/** Whether people log in here; the program writes it into the page that it serves. */
export const LOGGING_IN =
  globalThis.document?.querySelector('meta[name="log-in"]')?.getAttribute("content") === "oidc";

const api = (path: string) => `/api/login/v1${path}`;

/** Who is logged in. Asked again now and then, and when one comes back from another tab. */
export const session = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => ask<Session>(api("/session"), { signal }),
  enabled: LOGGING_IN,
  staleTime: 10_000,
  gcTime: Number.POSITIVE_INFINITY,
  refetchInterval: 60_000,
  refetchOnWindowFocus: "always",
});

/** Whether a refusal may mean that nobody is logged in any more. */
export const isUnknownCaller = (error: unknown) =>
  error instanceof ApiError &&
  (error.status === 401 || (error.status === 400 && error.detail.includes("identity not found on request")));

/** Ends the session; answers where the provider ends its own. */
export const logOut = () => send<Schemas["LoggedOut"]>("DELETE", api("/session"));

/** Where a log-in begins; afterwards one is at `next`. */
export const beginAt = (issuer: string, next: string) =>
  api(`/begin?${new URLSearchParams({ issuer, next })}`);

/** Whether somebody who is logged in has nothing here to see. */
export const mayNothing = ({ organisation, is_admin, permissions }: Person) =>
  organisation === null || organisation === undefined || (!is_admin && permissions.length === 0);

/** What is open to everybody: the results of benchmarks, and the log-in itself. */
export const isPublic = (path: string) => /^\/(login|benchmarks)(\/|$)/.test(path);
