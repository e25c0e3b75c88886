import { lazy, Suspense } from "react";
import { loaded } from "../../../parts/loaded";
import type { PromqlEditorProps } from "./PromqlEditor";

const PromqlEditor = lazy(() => loaded(() => import("./PromqlEditor")));

/** The editor of expressions, which comes when it is needed. */
export function Expression(props: PromqlEditorProps) {
  return (
    <Suspense fallback={<div className="pl-promql" aria-busy="true" />}>
      <PromqlEditor {...props} />
    </Suspense>
  );
}
