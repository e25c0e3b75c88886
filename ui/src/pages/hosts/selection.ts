import { useCallback, useMemo, useRef, useState } from "react";
import type { Host } from "../../api/types";

export type Named = Pick<Host, "id" | "display_name" | "groups">;

export interface Selection {
  chosen: ReadonlyMap<string, Named>;
  /** Chooses one or lets go of it; with `through` also those between it and the last one. */
  toggle: (host: Named, through: boolean) => void;
  /** Chooses all of these, or none when all are chosen already. */
  toggleAll: (hosts: readonly Named[]) => void;
  /** Chooses these, beside those that are chosen. */
  choose: (hosts: readonly Named[]) => void;
  clear: () => void;
}

/** The rows between two of them, in either direction, both included. */
export function between<T extends { id: string }>(rows: readonly T[], from: string, to: string): T[] {
  const [a, b] = [rows.findIndex(row => row.id === from), rows.findIndex(row => row.id === to)];
  return a < 0 || b < 0 ? [] : rows.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** Which hosts are chosen. It holds over pages and filters, until it is cleared. `rows` gives those in sight. */
export function useSelection(rows: () => readonly Named[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Named>>(new Map());
  const last = useRef<string | undefined>(undefined);
  const latest = useRef(rows);
  latest.current = rows;

  const toggle = useCallback((host: Named, through: boolean) => {
    const anchor = last.current;
    last.current = host.id;
    setChosen(before => {
      const after = new Map(before);
      const range = through && anchor !== undefined ? between(latest.current(), anchor, host.id) : [];
      if (range.length > 0) for (const each of range) after.set(each.id, each);
      else if (!after.delete(host.id)) after.set(host.id, host);
      return after;
    });
  }, []);
  const toggleAll = useCallback((hosts: readonly Named[]) => {
    setChosen(before => {
      const after = new Map(before);
      const all = hosts.every(host => before.has(host.id));
      for (const host of hosts) {
        if (all) after.delete(host.id);
        else after.set(host.id, host);
      }
      return after;
    });
  }, []);
  const choose = useCallback((hosts: readonly Named[]) => {
    setChosen(before => new Map([...before, ...hosts.map(host => [host.id, host] as const)]));
  }, []);
  const clear = useCallback(() => setChosen(new Map()), []);
  return useMemo(
    () => ({ chosen, toggle, toggleAll, choose, clear }),
    [chosen, toggle, toggleAll, choose, clear],
  );
}
