import type { Cause } from "../../api/changes";
import { visible } from "../../parts/visible";

/** The name of what changed stands out, what it was and became are code. */
export function CauseText({ cause }: { cause: Cause }) {
  const { section, key, before, after, text } = cause;
  if (section === "host" || !text.includes(key))
    return <span className="pl-causes__text">{visible(text)}</span>;
  const sides = [before, after].filter(side => side && side !== key);
  const sign = before == null ? "+ " : after == null ? "− " : "";
  return (
    <span className="pl-causes__text" title={text}>
      {sign}
      <strong>{visible(key)}</strong> {sides.length > 0 && <code>{visible(sides.join(" → "))}</code>}
    </span>
  );
}
