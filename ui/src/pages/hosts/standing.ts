import { useCallback, useMemo, useRef, useState } from "react";
import type { Host, Page } from "../../api/types";

/** How many rows of `next` would push or move rows that stand in `shown`: those that came, else those that moved. */
export function unrest(shown: readonly string[], next: readonly string[]): number {
  const before = new Set(shown);
  const last = next.findLastIndex(id => before.has(id));
  const came = next.slice(0, Math.max(last, 0)).filter(id => !before.has(id)).length;
  if (came > 0 || last < 0) return last < 0 && shown.length > 0 ? next.length : came;
  const kept = next.filter(id => before.has(id));
  const stood = shown.filter(id => kept.includes(id));
  return kept.filter((id, at) => stood[at] !== id).length;
}

interface Standing {
  hosts: readonly Host[];
  /** How many rows wait to be shown in their places. */
  waiting: number;
  show: () => void;
}

/**
 * The rows of a page. While somebody is at them they stand still: what came in between, or would move, waits until it is
 * asked for, and rows that left the page keep their place. Another question, or a shorter list, is shown at once. While the
 * answer to another question is on its way, `key` is empty: what is shown until then is nobody's.
 */
export function useStanding(page: Page<Host[]> | undefined, key: string, isNear: () => boolean): Standing {
  const shown = useRef<{ key: string; total: number; hosts: readonly Host[] }>({
    key: "",
    total: 0,
    hosts: [],
  });
  const [asked, ask] = useState(0);
  const done = useRef(0);
  const near = useRef(isNear);
  near.current = isNear;
  const show = useCallback(() => ask(before => before + 1), []);
  return useMemo(() => {
    const next = page?.results ?? [];
    const total = page?.total ?? 0;
    const before = shown.current;
    const moved = unrest(
      before.hosts.map(host => host.id),
      next.map(host => host.id),
    );
    const isAsked = done.current !== asked;
    done.current = asked;
    const holds =
      key !== "" && before.key === key && total >= before.total && moved > 0 && !isAsked && near.current();
    if (!holds) {
      shown.current = { key, total, hosts: next };
      return { hosts: next, waiting: 0, show };
    }
    const fresh = new Map(next.map(host => [host.id, host]));
    const hosts = before.hosts.map(host => fresh.get(host.id) ?? host);
    shown.current = { ...before, hosts };
    return { hosts, waiting: moved, show };
  }, [page, key, asked, show]);
}
