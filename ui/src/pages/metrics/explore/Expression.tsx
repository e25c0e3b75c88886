import { lazy, Suspense } from "react";
import type { PromqlEditorProps } from "./PromqlEditor";

const PromqlEditor = lazy(() => import("./PromqlEditor"));

/** The editor of expressions, which comes when it is needed. */
export function Expression(props: PromqlEditorProps) {
  return (
    <Suspense fallback={<div className="pl-promql" aria-busy="true" />}>
      <PromqlEditor {...props} />
    </Suspense>
  );
}
