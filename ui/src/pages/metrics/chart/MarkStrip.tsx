import type { ChangeKind } from "../../../api/fleet";
import type { xScale } from "./shape";

/** Something that happened, to be drawn on every chart that shows its time. */
export interface PlacedMark {
  key: string;
  at: number;
  kind: ChangeKind | "note";
  title: string;
  open: () => void;
}

/** Marks closer than this would lie on one another. */
const TOGETHER = 10;

interface MarkStripProps {
  marks: readonly PlacedMark[];
  x: ReturnType<typeof xScale>;
  width: number;
  left: number;
  height: number;
}

/** What happened, above the chart, with a line through it; of those at one place the last. */
export function MarkStrip({ marks, x, width, left, height }: MarkStripProps) {
  const placed: { mark: PlacedMark; place: number; more: number }[] = [];
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const place = x(mark.at);
    if (place < 0 || place > width) continue;
    const before = placed.at(-1);
    if (before && place - before.place < TOGETHER) {
      before.mark = mark;
      before.more += 1;
    } else placed.push({ mark, place, more: 0 });
  }
  if (placed.length === 0) return null;
  return (
    <div
      className="pl-marks"
      style={{ insetInlineStart: left, inlineSize: width }}
      role="group"
      aria-label="What happened"
    >
      {placed.map(({ mark, place, more }) => {
        const title = `${mark.title}${more > 0 ? `, and ${more} more at about this time` : ""}`;
        return (
          <button
            key={mark.key}
            type="button"
            className={`pl-marks__mark pl-marks__mark--${mark.kind}`}
            style={{ insetInlineStart: place }}
            aria-label={title}
            title={title}
            onClick={mark.open}
          >
            <i style={{ blockSize: height + 4 }} aria-hidden />
          </button>
        );
      })}
    </div>
  );
}
