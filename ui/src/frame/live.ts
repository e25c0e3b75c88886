import { createContext, use, useSyncExternalStore } from "react";
import type { Live } from "../api/live";

export const LiveContext = createContext<Live | null>(null);

/** The state of the stream; fails outside of the frame. */
export function useLive() {
  const live = use(LiveContext);
  if (!live) throw new Error("there is no LiveContext around this component");
  return useSyncExternalStore(live.subscribe, live.snapshot);
}
