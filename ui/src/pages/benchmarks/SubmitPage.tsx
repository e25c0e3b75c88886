import { useTitle } from "../../parts/hooks";
import { Head, MayNotSend } from "./Head";
import { SubmitBenchmark } from "./SubmitBenchmark";
import { SubmitResult } from "./SubmitResult";
import { Terms } from "./Terms";

/** Results and benchmarks, to be sent. */
export function SubmitPage() {
  useTitle("Submit");
  return (
    <div className="pl-page pl-bench">
      <Head title="Submit" />
      <MayNotSend />
      <div className="pl-bench__forms">
        <SubmitResult />
        <SubmitBenchmark />
      </div>
      <details className="pl-panel pl-bench__guide">
        <summary>How a benchmark has to look</summary>
        <p>
          Its image has to be public, and named with its owner, as in <code>owner/image</code>. Its schema
          says what a result looks like (JSON Schema). A property with <code>"suggestToUser": true</code> is
          suggested for filters, columns and axes.
        </p>
        <pre>{EXAMPLE}</pre>
      </details>
      <details className="pl-panel pl-bench__guide">
        <summary>Terms</summary>
        <Terms />
      </details>
    </div>
  );
}

const EXAMPLE = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["machine", "result"],
  "properties": {
    "machine": { "type": "object", "properties": { "cpus": { "type": "integer", "suggestToUser": true } } },
    "result": { "type": "object", "properties": { "score": { "type": "number", "suggestToUser": true } } }
  }
}`;
