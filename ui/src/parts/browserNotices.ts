import { useSyncExternalStore } from "react";

const KEY = "plumbline-browser-notices";
const listeners = new Set<() => void>();

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

let wanted = stored();

/** Whether this browser can tell things outside of its page: only where the page comes over TLS, or from this machine. */
export const canTell = () => window.isSecureContext && "Notification" in window;

export function setBrowserNotices(on: boolean) {
  wanted = on;
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage it holds for this page.
  }
  for (const listener of listeners) listener();
}

/** Whether somebody wants to be told by this browser, and the browser lets the page. */
export const useBrowserNotices = () =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => wanted && canTell() && Notification.permission === "granted",
  );
