import { fleet, send } from "./client";
import type { components } from "./generated/fleet";

export type MadeToken = components["schemas"]["MadeToken"];

/** Makes a token that so many machines enrol with; null for any number. Its secret is told this once. */
export const createToken = (uses: number, seconds: number) =>
  send<MadeToken>("POST", fleet("/tokens"), { uses, seconds });
