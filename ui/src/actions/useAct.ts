import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KEYS } from "../api/queries";
import { notify } from "../parts/notices";
import type { ActionProps } from ".";

interface ActProps extends Partial<Pick<ActionProps, "close" | "done">> {
  /** What is said with the reason of a failure, where no dialog stays open to show it. */
  failed?: string;
}

/** Does it, says so, and marks what it touched as out of date; the stream may be interrupted. */
export function useAct({ close, done, failed }: ActProps, said: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => {
      notify({ kind: "success", text: said });
      done?.();
      close?.();
    },
    onError: error => {
      if (failed) notify({ kind: "danger", text: `${failed}: ${error.message}` });
    },
    // Part of it may have been done before it failed.
    onSettled: () => {
      for (const family of Object.values(KEYS)) void client.invalidateQueries({ queryKey: [family] });
    },
  });
}
