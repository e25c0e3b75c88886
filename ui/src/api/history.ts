import { queryOptions } from "@tanstack/react-query";
import { ApiError, ask, history } from "./client";
import { KEYS } from "./queries";

/** A past state of a host. */
export interface PastState {
  id: string;
  captured_date: string;
  system_id: string;
}

/** The states of a host that are kept, newest first: the first is what it is now. */
export const statesOf = async (host: string, signal?: AbortSignal): Promise<PastState[]> => {
  try {
    const path = history(`/systems/${host}?limit=100`);
    const answer = await ask<{ data: { profiles: PastState[] }[] }>(path, { signal });
    return answer.data[0]?.profiles ?? [];
  } catch (error) {
    // That is how the API says that there are none.
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
};

/** The past states of a host, newest first. What it is now is left out. */
export const pastStatesOf = (host: string) =>
  queryOptions({
    queryKey: [KEYS.host, host, "past"],
    queryFn: async ({ signal }) => (await statesOf(host, signal)).slice(1),
  });

/** What a host of these states was at a moment: a past state, `now` when it has not changed since, nothing when it is younger or that is not kept. */
export function stateAt(states: readonly PastState[], moment: number): PastState | "now" | undefined {
  const at = states.findIndex(state => Date.parse(state.captured_date) <= moment);
  return at === 0 ? "now" : states[at];
}
