import { lazy, Suspense } from "react";
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

/** The dialog for something that is done to hosts; loaded when it is first needed. */
export function ActionDialog({ action, ...props }: ActionProps & { action: Action | undefined }) {
  if (!action || props.hosts.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Dialogs action={action} {...props} />
    </Suspense>
  );
}
