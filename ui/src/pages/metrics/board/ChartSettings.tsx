import { UNITS } from "../chart/units";
import { type Chart, KINDS, type Kind, type ScaleKind, type Side } from "../document";
import { lengthOf, MOST_POINTS, PRESETS } from "../range";

interface ChartSettingsProps {
  chart: Chart;
  change: (changed: Partial<Chart>) => void;
}

/** How a chart is drawn, and which times it shows where the page asks for none. */
export function ChartSettings({ chart, change }: ChartSettingsProps) {
  const { range, scales, units } = chart;
  return (
    <div className="pl-settings">
      <label>
        Kind
        <select
          className="pl-select"
          value={chart.kind}
          onChange={event => change({ kind: event.target.value as Kind })}
        >
          {KINDS.map(kind => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
      {(["left", "right"] as const).map(side => (
        <SideSettings
          key={side}
          side={side}
          scale={scales[side]}
          unit={units[side]}
          change={(scale, unit) =>
            change({ scales: { ...scales, [side]: scale }, units: { ...units, [side]: unit } })
          }
        />
      ))}
      <label>
        Range
        <select
          className="pl-select"
          value={"last" in range ? "dynamic" : "fixed"}
          onChange={event => {
            const now = Date.now();
            change({
              range: event.target.value === "fixed" ? { from: now - 3_600_000, to: now } : { last: "1h" },
            });
          }}
        >
          <option value="dynamic">the last</option>
          <option value="fixed">from and to (UTC)</option>
        </select>
      </label>
      {"last" in range ? (
        <label>
          As long as
          <input
            className="pl-select"
            aria-label="As long as"
            defaultValue={range.last}
            list="range-presets"
            onChange={event => {
              if (lengthOf(event.target.value)) change({ range: { last: event.target.value.trim() } });
            }}
          />
          <datalist id="range-presets">
            {PRESETS.map(preset => (
              <option key={preset} value={preset} />
            ))}
          </datalist>
        </label>
      ) : (
        (["from", "to"] as const).map(end => (
          <label key={end}>
            {end === "from" ? "From" : "To"}
            <input
              type="datetime-local"
              className="pl-select"
              value={new Date(range[end]).toISOString().slice(0, 16)}
              onChange={event => {
                const at = Date.parse(`${event.target.value}:00Z`);
                const next = { ...range, [end]: at };
                if (next.from < next.to) change({ range: next });
              }}
            />
          </label>
        ))
      )}
      <label>
        Points a series
        <input
          type="number"
          className="pl-select"
          min={0}
          max={MOST_POINTS}
          value={chart.points || ""}
          placeholder="as wide"
          onChange={event =>
            change({ points: Math.max(0, Math.min(MOST_POINTS, Number(event.target.value) || 0)) })
          }
        />
      </label>
    </div>
  );
}

interface SideSettingsProps {
  side: Side;
  scale: ScaleKind;
  unit: string;
  change: (scale: ScaleKind, unit: string) => void;
}

function SideSettings({ side, scale, unit, change }: SideSettingsProps) {
  const name = side === "left" ? "Left" : "Right";
  return (
    <>
      <label>
        {name} scale
        <select
          className="pl-select"
          value={scale}
          onChange={event => change(event.target.value as ScaleKind, unit)}
        >
          <option value="linear">linear</option>
          <option value="log">logarithmic</option>
        </select>
      </label>
      <label>
        {name} unit
        <input
          className="pl-select"
          aria-label={`${name} unit`}
          list={`units-${side}`}
          value={unit}
          placeholder="none"
          onChange={event => change(scale, event.target.value)}
        />
        <datalist id={`units-${side}`}>
          {UNITS.filter(each => each.value).map(each => (
            <option key={each.value} value={each.value}>
              {each.name}
            </option>
          ))}
        </datalist>
      </label>
    </>
  );
}
