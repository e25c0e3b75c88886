import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { failureOf } from "../../api/client";
import { lastChangesOf } from "../../api/fleet";
import { hostPage, tagsOf } from "../../api/queries";
import { type HostSearch, hostsPath } from "../../api/search";
import type { Host } from "../../api/types";
import { useSettled } from "../../parts/hooks";
import type { Beside } from "./columns";
import type { Range } from "./HostTable";
import { useStanding } from "./standing";

/** The most that the API gives at a time. */
const BLOCK = 100;
/** Pages flown over while scrolling are not asked for. */
const SETTLE = 90;

/** What the table needs to know of a list, whichever way it is loaded. */
export interface HostList {
  total: number | undefined;
  hostAt: (index: number) => Host | undefined;
  besideOf: (id: string) => Beside;
  loaded: readonly Host[];
  isLoading: boolean;
  isStale: boolean;
  error: Error | null;
  retry: () => void;
  /** How many rows wait to be shown, and how to show them. */
  waiting: number;
  show: () => void;
  onRange?: (range: Range) => void;
}

/** What the columns show beside the hosts. */
export interface Wanted {
  tags: boolean;
  changes: boolean;
}

/** One page of the list, as the address says. */
export function useOnePage(
  search: HostSearch,
  perPage: number,
  wanted: Wanted,
  enabled: boolean,
  isNear: () => boolean,
): HostList {
  const page = useQuery({ ...hostPage(search, search.page ?? 1, perPage), enabled });
  const { hosts, waiting, show } = useStanding(
    page.data,
    page.isPlaceholderData ? "" : hostsPath(search, search.page ?? 1, perPage),
    isNear,
  );
  const ids = enabled ? hosts.map(host => host.id) : [];
  const tags = useQuery(tagsOf(wanted.tags ? ids : [], page.dataUpdatedAt));
  const changes = useQuery(lastChangesOf(wanted.changes ? ids : [], page.dataUpdatedAt));
  return {
    total: page.data?.total,
    hostAt: useCallback((index: number) => hosts[index], [hosts]),
    besideOf: useCallback(
      (id: string) => ({ tags: tags.data?.[id], change: changes.data?.[id] }),
      [tags.data, changes.data],
    ),
    waiting,
    show,
    loaded: hosts,
    isLoading: page.isLoading,
    isStale: page.isPlaceholderData,
    error: failureOf(page),
    retry: () => void page.refetch(),
  };
}

/** The blocks that a range of rows lies in, from 1. */
export function blocksOf({ from, to }: Range): number[] {
  const blocks = [];
  for (let block = Math.floor(from / BLOCK); block <= Math.floor(Math.max(from, to) / BLOCK); block += 1) {
    blocks.push(block + 1);
  }
  return blocks;
}

/** The whole list: the blocks in sight are loaded, and those that were stay for a while. */
export function useAllPages(search: HostSearch, wanted: Wanted, enabled: boolean): HostList {
  const [range, setRange] = useState<Range>({ from: 0, to: 0 });
  const settled = useSettled(range, SETTLE);
  const total = useRef<number | undefined>(undefined);
  const blocks = useMemo(() => {
    const last = total.current === undefined ? 1 : Math.max(1, Math.ceil(total.current / BLOCK));
    return blocksOf(settled).filter(block => block <= last);
  }, [settled]);
  const pages = useQueries({
    queries: blocks.map(block => ({
      ...hostPage(search, block, BLOCK),
      placeholderData: undefined,
      enabled,
    })),
  });
  const byBlock = new Map<number, Host[]>();
  pages.forEach((page, at) => {
    const block = blocks[at];
    if (page.data && block !== undefined) byBlock.set(block, page.data.results);
  });
  const known = pages.find(page => page.data)?.data?.total;
  if (known !== undefined) total.current = known;
  const loaded = [...byBlock.values()].flat();
  const there = pages.filter(page => page.data && enabled);
  const idsOf = (page: (typeof pages)[number]) => (page.data?.results ?? []).map(host => host.id);
  const tags = useQueries({
    queries: (wanted.tags ? there : []).map(page => tagsOf(idsOf(page), page.dataUpdatedAt)),
  });
  const changes = useQueries({
    queries: (wanted.changes ? there : []).map(page => lastChangesOf(idsOf(page), page.dataUpdatedAt)),
  });
  const failed = pages.find(failureOf);
  return {
    total: total.current,
    hostAt: index => byBlock.get(Math.floor(index / BLOCK) + 1)?.[index % BLOCK],
    besideOf: id => ({
      tags: tags.find(each => each.data?.[id])?.data?.[id],
      change: changes.find(each => each.data?.[id])?.data?.[id],
    }),
    waiting: 0,
    show: () => undefined,
    loaded,
    isLoading: total.current === undefined && pages.some(page => page.isLoading),
    isStale: false,
    error: failed?.error ?? null,
    retry: () => {
      for (const page of pages) if (page.error) void page.refetch();
    },
    onRange: useCallback(
      (next: Range) =>
        setRange(before => (blocksOf(before).join() === blocksOf(next).join() ? before : next)),
      [],
    ),
  };
}
