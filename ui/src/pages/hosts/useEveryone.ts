import { useEffect, useRef, useState } from "react";
import type { HostSearch } from "../../api/search";
import type { Host } from "../../api/types";
import { notify } from "../../parts/notices";
import { everyone } from "./everyone";

/** How far the hosts of a list are collected. */
export interface Collecting {
  found: number;
  total: number;
}

/** Collects all hosts of a list for something, page by page: how far it is, and how to end it. */
export function useEveryone(search: HostSearch, failed: string) {
  const [progress, setProgress] = useState<Collecting>();
  const running = useRef<AbortController>(undefined);
  const stop = () => {
    running.current?.abort();
    running.current = undefined;
    setProgress(undefined);
  };
  useEffect(() => () => running.current?.abort(), []);
  const collect = async (use: (hosts: readonly Host[]) => void) => {
    stop();
    const own = new AbortController();
    running.current = own;
    setProgress({ found: 0, total: 0 });
    try {
      const told = (found: number, total: number) => own.signal.aborted || setProgress({ found, total });
      use(await everyone(search, { told, signal: own.signal }));
    } catch (error) {
      if (!own.signal.aborted) notify({ kind: "danger", text: `${failed}: ${(error as Error).message}` });
    } finally {
      if (running.current === own) stop();
    }
  };
  return { progress, collect, stop };
}
