import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const KEY = "plumbline-theme";
const listeners = new Set<() => void>();

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

let theme = stored();
const system = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const dark = theme === "dark" || (theme === "system" && system.matches);
  document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  for (const listener of listeners) listener();
}

system.addEventListener("change", apply);

export function setTheme(wanted: Theme) {
  theme = wanted;
  try {
    if (wanted === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, wanted);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  apply();
}

export const useTheme = () =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => theme,
  );

const isDark = () => document.documentElement.classList.contains("pf-v6-theme-dark");

/** Whether the pages are dark now: for what is drawn and not styled. */
export const useDark = () =>
  useSyncExternalStore(listener => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, isDark);
