import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Frame } from "../../../actions/Frame";
import { useAct } from "../../../actions/useAct";
import type { ChangeIdentity } from "../../../api/identity";
import { Failure } from "../../../parts/Failure";
import { visible } from "../../../parts/visible";
import { told } from "./words";

interface ChangeDialogProps {
  title: string;
  /** What the button says, and what is said when it is done. */
  verb: string;
  said: string;
  /** What tells this change from others; none while it is not known yet what is to be done. */
  name: readonly unknown[];
  change: ChangeIdentity | undefined;
  close: () => void;
  children?: ReactNode;
}

/** Shows what a merge, a split or its undoing would make, and does it when asked to. */
export function ChangeDialog({ title, verb, said, name, change, close, children }: ChangeDialogProps) {
  const shown = useQuery({
    queryKey: ["identity-dry-run", ...name],
    queryFn: () => change?.(true) ?? null,
    enabled: change !== undefined,
    retry: false,
    gcTime: 0,
  });
  const act = useAct({ close }, said);
  const after = shown.data;
  return (
    <Frame
      title={title}
      verb={verb}
      isDisabled={!change || !after}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => change && act.mutate(() => change(false))}
    >
      {children}
      {shown.error && <Failure error={shown.error} what="This cannot be done" />}
      {after && (
        <section aria-label="Afterwards" className="pl-afterwards">
          <h3>Afterwards</h3>
          <ul>
            {after.hosts.map(host => (
              <li key={host.id}>
                <b>{visible(host.display_name)}</b>
                <span className="pl-subtle">{told(host.facts)}</span>
              </li>
            ))}
          </ul>
          <p className="pl-subtle">
            Reports that follow find the right one. It can be undone on the tab Identity.
          </p>
        </section>
      )}
    </Frame>
  );
}
