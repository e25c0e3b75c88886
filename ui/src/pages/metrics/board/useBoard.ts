import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError } from "../../../api/client";
import { METRIC_KEYS, oneDashboard, type StoredDashboard, saveDashboard } from "../../../api/metrics";

/**
 * A dashboard as it is edited: every change is stored at once. A dashboard that somebody else has changed meanwhile is
 * not overwritten.
 */
export function useBoard<B>(
  stored: StoredDashboard,
  read: (name: string, data: unknown) => B,
  written: (board: B, now: number) => unknown,
) {
  const client = useQueryClient();
  const [board, setBoard] = useState(() => read(stored.name, stored.data));
  const base = useRef(stored.data);
  const { type, name } = stored;
  const save = useMutation({
    mutationFn: async (next: B) => {
      const there = await client.fetchQuery({ ...oneDashboard(type, name), staleTime: 0 });
      if (JSON.stringify(there.data) !== JSON.stringify(base.current)) {
        throw new ApiError(
          409,
          "Changed",
          "somebody else has changed this dashboard: load the page again, then change it",
        );
      }
      await saveDashboard(type, name, written(next, Date.now()));
      base.current = (await client.fetchQuery({ ...oneDashboard(type, name), staleTime: 0 })).data;
      void client.invalidateQueries({ queryKey: [METRIC_KEYS.dashboards], exact: true });
    },
    // Two quick changes are stored in their order.
    scope: { id: `${type} ${name}` },
  });
  const change = (next: B) => {
    setBoard(next);
    save.mutate(next);
  };
  return { board, change, save, again: () => save.mutate(board) };
}
