import { queryOptions } from "@tanstack/react-query";
import { ApiError, ask, history } from "./client";
import { KEYS } from "./queries";

/** A past state of a host. */
export interface PastState {
  id: string;
  captured_date: string;
  system_id: string;
}

/** The past states of a host, newest first. The first is what it is now, and is left out. */
export const pastStatesOf = (host: string) =>
  queryOptions({
    queryKey: [KEYS.host, host, "past"],
    queryFn: async ({ signal }) => {
      try {
        const path = history(`/systems/${host}?limit=100`);
        const answer = await ask<{ data: { profiles: PastState[] }[] }>(path, { signal });
        return (answer.data[0]?.profiles ?? []).slice(1);
      } catch (error) {
        // That is how the API says that there are none.
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      }
    },
  });
