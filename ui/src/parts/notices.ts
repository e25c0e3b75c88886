import { useSyncExternalStore } from "react";

/** What a person is told in passing, after something was done. */
export interface Notice {
  kind: "success" | "danger" | "info";
  text: string;
}

type Shown = Notice & { id: number };

let notices: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(changed: readonly Shown[]) {
  notices = changed;
  for (const listener of listeners) listener();
}

export function notify(notice: Notice) {
  set([...notices.slice(-3), { ...notice, id: next }]);
  next += 1;
}

export const dismiss = (id: number) => set(notices.filter(notice => notice.id !== id));

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useNotices = () => useSyncExternalStore(subscribe, () => notices);
