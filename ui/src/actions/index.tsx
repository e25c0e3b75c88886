import { lazy, Suspense, useEffect, useRef } from "react";
import type { Named } from "../pages/hosts/selection";
import { loaded } from "../parts/loaded";

const Dialogs = lazy(() => loaded(() => import("./Dialogs")));

export type Action = "rename" | "tags" | "group" | "delete";

export interface ActionProps {
  hosts: readonly Named[];
  close: () => void;
  /** Called after it was done. */
  done?: () => void;
}

/** Puts the focus back where it was before a dialog, or on the page where that is gone. */
function useFocusBack(open: boolean) {
  const before = useRef<Element | null>(null);
  if (open && before.current === null) before.current = document.activeElement;
  useEffect(() => {
    if (open || before.current === null) return;
    const target = before.current as HTMLElement;
    before.current = null;
    // The dialog lets go of the focus a moment later.
    const timer = setTimeout(() => {
      if (target.isConnected && target !== document.body) target.focus();
      else document.getElementById("main")?.focus();
    }, 0);
    return () => clearTimeout(timer);
  }, [open]);
}

/** The dialog for something that is done to hosts; loaded when it is first needed. */
export function ActionDialog({ action, ...props }: ActionProps & { action: Action | undefined }) {
  useFocusBack(action !== undefined);
  if (!action || props.hosts.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Dialogs action={action} {...props} />
    </Suspense>
  );
}
