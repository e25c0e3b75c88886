import { count } from "../../../parts/format";
import type { Chart } from "../document";
import { Swatch } from "./Crosshair";
import type { Style } from "./draw";
import type { Loaded } from "./load";
import { statistics } from "./shape";
import { valueText } from "./units";

/** A chart of more lines has its legend folded: it would be longer than the page. */
const OPEN = 10;

interface LegendProps {
  data: Loaded;
  units: Chart["units"];
  styles: ReadonlyMap<string, Style>;
  hidden: ReadonlySet<string>;
  toggle: (key: string, alone: boolean) => void;
  light: (key: string | undefined) => void;
}

/** The lines of a chart with their statistics; a click hides one or shows it again, with Ctrl it alone is left. */
export function Legend({ data, units, styles, hidden, toggle, light }: LegendProps) {
  const both = new Set(data.series.map(each => each.axis)).size > 1;
  const table = (
    <div className="pl-legend__scroll">
      <table className="pl-legend">
        <thead>
          <tr>
            <th scope="col">Series</th>
            {both && <th scope="col">Axis</th>}
            {["Last", "Min", "Mean", "Max"].map(name => (
              <th key={name} scope="col" className="pl-table__numeric">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.series.map(each => {
            const { last, min, mean, max } = statistics(each, data.from, data.to);
            const unit = units[each.axis] || each.unit;
            return (
              <tr
                key={each.key}
                onPointerEnter={() => light(each.key)}
                onPointerLeave={() => light(undefined)}
              >
                <td>
                  <button
                    type="button"
                    aria-pressed={!hidden.has(each.key)}
                    title={`${each.name}\nClick to hide or show, with Ctrl to leave it alone`}
                    onClick={event => toggle(each.key, event.ctrlKey || event.metaKey)}
                    onFocus={() => light(each.key)}
                    onBlur={() => light(undefined)}
                  >
                    <Swatch style={styles.get(each.key)} />
                    <span>{each.name}</span>
                  </button>
                </td>
                {both && <td>{each.axis === "left" ? "L" : "R"}</td>}
                {[last, min, mean, max].map((value, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: four columns that never move
                  <td key={at} className="pl-num pl-table__numeric">
                    {valueText(value, unit)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
  const rest = data.total - data.series.length;
  const more = rest > 0 && (
    <p className="pl-subtle pl-legend__more">
      The {data.series.length} highest of {count(data.total)} series are drawn, and {count(rest)} more are
      not; a point every {Math.round(data.step / 1000)} s. Narrow the expression, or put{" "}
      <code>topk(10, …)</code> around it.
    </p>
  );
  if (data.series.length <= OPEN) return table;
  return (
    <>
      {more}
      <details className="pl-legend__fold">
        <summary>{count(data.series.length)} series</summary>
        {table}
      </details>
    </>
  );
}
