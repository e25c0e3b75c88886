import { ApiError, ask } from "../../../api/client";
import { instantPath } from "../../../api/metrics";
import type { Answered, Asked } from "./load";
import { matrixOf, pointsFor, question } from "./matrix";

// Answers of megabytes are read here, so that the page goes on answering to its user meanwhile.

const running = new Map<number, AbortController>();
/** How many series an expression had when it was last asked. */
const sizes = new Map<string, number>();

type Scope = { postMessage: (message: Answered, transfer?: Transferable[]) => void };
const scope = self as unknown as Scope;

self.addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  if ("cancel" in data) running.get(data.cancel)?.abort();
  else void answer(data);
});

async function sizeOf(expr: string, at: number, signal: AbortSignal): Promise<number> {
  const known = sizes.get(expr);
  if (known !== undefined) return known;
  try {
    const path = instantPath(`count(${expr}\n)`, at);
    const { data } = await ask<{ data: { result: { value?: [number, string] }[] } }>(path, { signal });
    return Number(data.result[0]?.value?.[1] ?? 1);
  } catch (error) {
    // A scalar cannot be counted, and what is wrong with an expression is told of the expression itself.
    if (signal.aborted) throw error;
    return 1;
  }
}

async function answer({ id, expr, from, to, points }: Exclude<Asked, { cancel: number }>) {
  const control = new AbortController();
  running.set(id, control);
  try {
    const size = await sizeOf(expr, to, control.signal);
    const { path, start, end, step } = question(expr, from, to, pointsFor(points, size));
    const body = await ask<Parameters<typeof matrixOf>[0]>(path, { signal: control.signal });
    const matrix = matrixOf(body, start, end, step);
    sizes.set(expr, matrix.total);
    // The times are the same ones in all series, and an array is handed over once.
    const handed = new Set<ArrayBufferLike>(matrix.series.flatMap(({ x, y }) => [x.buffer, y.buffer]));
    scope.postMessage({ id, matrix }, [...handed] as ArrayBuffer[]);
  } catch (error) {
    const { status, title, message } =
      error instanceof ApiError ? error : { status: 0, title: "", message: String(error) };
    scope.postMessage({ id, error: { status, title, message } });
  } finally {
    running.delete(id);
  }
}
