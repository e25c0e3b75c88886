import { useNow } from "./clock";
import { exact, relative } from "./format";

/** How long ago; the exact moment on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = Math.max(useNow(), Date.parse(at));
  return (
    <time dateTime={at} title={`${exact(at)} · ${at}`} className="pl-num">
      {relative(at, now)}
    </time>
  );
}
