import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { failureOf } from "../../api/client";
import { hostPage, tagsOf } from "../../api/queries";
import type { HostSearch } from "../../api/search";
import type { Host, Tag } from "../../api/types";
import { useSettled } from "../../parts/hooks";
import type { Range } from "./HostTable";

/** The most that the API gives at a time. */
const BLOCK = 100;
/** Pages flown over while scrolling are not asked for. */
const SETTLE = 90;

/** What the table needs to know of a list, whichever way it is loaded. */
export interface HostList {
  total: number | undefined;
  hostAt: (index: number) => Host | undefined;
  tagsOf: (id: string) => Tag[] | undefined;
  loaded: readonly Host[];
  isLoading: boolean;
  isStale: boolean;
  error: Error | null;
  retry: () => void;
  onRange?: (range: Range) => void;
}

/** One page of the list, as the address says. */
export function useOnePage(
  search: HostSearch,
  perPage: number,
  withTags: boolean,
  enabled: boolean,
): HostList {
  const page = useQuery({ ...hostPage(search, search.page ?? 1, perPage), enabled });
  const hosts = useMemo(() => page.data?.results ?? [], [page.data]);
  const ids = withTags && enabled ? hosts.map(host => host.id) : [];
  const tags = useQuery(tagsOf(ids, page.dataUpdatedAt));
  return {
    total: page.data?.total,
    hostAt: useCallback((index: number) => hosts[index], [hosts]),
    tagsOf: useCallback((id: string) => tags.data?.[id], [tags.data]),
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
export function useAllPages(search: HostSearch, withTags: boolean, enabled: boolean): HostList {
  const [range, setRange] = useState<Range>({ from: 0, to: 0 });
  const settled = useSettled(range, SETTLE);
  const total = useRef<number | undefined>(undefined);
  const wanted = useMemo(() => {
    const last = total.current === undefined ? 1 : Math.max(1, Math.ceil(total.current / BLOCK));
    return blocksOf(settled).filter(block => block <= last);
  }, [settled]);
  const pages = useQueries({
    queries: wanted.map(block => ({
      ...hostPage(search, block, BLOCK),
      placeholderData: undefined,
      enabled,
    })),
  });
  const byBlock = new Map<number, Host[]>();
  pages.forEach((page, at) => {
    const block = wanted[at];
    if (page.data && block !== undefined) byBlock.set(block, page.data.results);
  });
  const known = pages.find(page => page.data)?.data?.total;
  if (known !== undefined) total.current = known;
  const loaded = [...byBlock.values()].flat();
  const tags = useQueries({
    queries: pages
      .filter(page => page.data)
      .map(page =>
        tagsOf(
          withTags && enabled ? (page.data?.results ?? []).map(host => host.id) : [],
          page.dataUpdatedAt,
        ),
      ),
  });
  const failed = pages.find(failureOf);
  return {
    total: total.current,
    hostAt: index => byBlock.get(Math.floor(index / BLOCK) + 1)?.[index % BLOCK],
    tagsOf: id => tags.find(each => each.data?.[id])?.data?.[id],
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
