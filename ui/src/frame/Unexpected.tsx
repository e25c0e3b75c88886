import type { ErrorComponentProps } from "@tanstack/react-router";
import { Failure } from "../parts/Failure";

/** A page that broke; the rest of the frame goes on. */
export function Unexpected({ error, reset }: ErrorComponentProps) {
  return (
    <div className="pl-page">
      <Failure
        error={error instanceof Error ? error : new Error(String(error))}
        what="This page broke"
        retry={reset}
      />
    </div>
  );
}
