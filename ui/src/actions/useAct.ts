import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KEYS } from "../api/queries";
import { notify } from "../parts/notices";
import type { ActionProps } from ".";

/** Does it, says so, and marks what it touched as out of date; the stream may be interrupted. */
export function useAct({ close, done }: Pick<ActionProps, "close" | "done">, said: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => {
      notify({ kind: "success", text: said });
      done?.();
      close();
    },
    // Part of it may have been done before it failed.
    onSettled: () => {
      for (const family of Object.values(KEYS)) void client.invalidateQueries({ queryKey: [family] });
    },
  });
}
