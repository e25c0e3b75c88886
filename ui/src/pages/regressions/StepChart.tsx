import { extent } from "d3-array";
import { scaleLinear, scaleTime } from "d3-scale";
import type { Regression, RegressionPoint } from "../../api/regressions";
import { amount } from "./words";

const WIDTH = 640;
const HEIGHT = 150;
const EDGE = { top: 10, right: 12, bottom: 22, left: 12 };

/** The points of a series around a change: round before it, square from then on, with the two levels as lines. */
export function StepChart({ found, points }: { found: Regression; points: readonly RegressionPoint[] }) {
  const at = new Date(found.at);
  const times = extent(points, each => new Date(each.at));
  const values = extent([...points.map(each => each.value), found.before, found.after]);
  if (!times[0] || !times[1] || values[0] === undefined) return null;
  const x = scaleTime([times[0], times[1]], [EDGE.left, WIDTH - EDGE.right]);
  const y = scaleLinear([values[0], values[1]], [HEIGHT - EDGE.bottom, EDGE.top]).nice();
  const unit = found.series.unit;
  const described = `${points.length} results: ${amount(found.before, unit)} before, ${amount(found.after, unit)} after`;
  return (
    <svg
      className={`pl-step pl-step--${found.kind}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={described}
    >
      <line className="pl-step__level" x1={EDGE.left} x2={x(at)} y1={y(found.before)} y2={y(found.before)} />
      <line
        className="pl-step__level pl-step__level--after"
        x1={x(at)}
        x2={WIDTH - EDGE.right}
        y1={y(found.after)}
        y2={y(found.after)}
      />
      <line className="pl-step__at" x1={x(at)} x2={x(at)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} />
      {points.map(each => {
        const [left, top] = [x(new Date(each.at)), y(each.value)];
        return new Date(each.at) < at ? (
          <circle key={each.result_id} className="pl-step__point" cx={left} cy={top} r={2.5} />
        ) : (
          <rect
            key={each.result_id}
            className="pl-step__point pl-step__point--after"
            x={left - 3}
            y={top - 3}
            width={6}
            height={6}
          />
        );
      })}
      <text x={EDGE.left} y={HEIGHT - 6}>
        {times[0].toISOString().slice(0, 10)}
      </text>
      <text x={WIDTH - EDGE.right} y={HEIGHT - 6} textAnchor="end">
        {times[1].toISOString().slice(0, 10)}
      </text>
    </svg>
  );
}
