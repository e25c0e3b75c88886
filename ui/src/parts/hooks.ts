import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ApiError } from "../api/client";
import { visible } from "./visible";

/** The value, once it has been the same for `milliseconds`. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

/** Whether a media query holds. */
function useMedia(query: string): boolean {
  return useSyncExternalStore(
    listener => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** A phone, or a window as narrow. */
export const useNarrow = () => useMedia("(max-width: 700px)");

/** Goes a page back where an address, or a deletion, leads behind the end of a list. Whether it does. */
export function useWithinEnd(
  error: Error | null,
  page: number,
  go: (page: number | undefined) => void,
): boolean {
  const isBeyond = page > 1 && error instanceof ApiError && error.status === 404;
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    if (isBeyond) latest.current(page > 2 ? page - 1 : undefined);
  }, [isBeyond, page]);
  return isBeyond;
}

/** The title of the browser's tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${visible(title)} · Plumbline`;
  }, [title]);
}

/** An element, and how wide it is. */
export function useWidth<E extends HTMLElement>() {
  const frame = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(entries => setWidth(Math.floor(entries[0]?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width] as const;
}
