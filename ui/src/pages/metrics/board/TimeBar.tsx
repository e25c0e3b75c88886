import { useEffect, useState } from "react";
import { momentText } from "../chart/Crosshair";
import { lengthOf, PRESETS } from "../range";
import { REFRESHES, type Refresh, rangeOf, type TimeSearch } from "../search";

interface TimeBarProps {
  search: TimeSearch;
  change: (change: Partial<TimeSearch>) => void;
  /** What holds where the address says nothing; without it, the last hour. */
  otherwise?: string;
}

/** Which times the charts show, in which zone, and how often they are asked for anew. */
export function TimeBar({ search, change, otherwise }: TimeBarProps) {
  const range = rangeOf(search);
  const fixed = range && "from" in range ? range : undefined;
  const utc = search.zone !== "local";
  const now = range ? search.last : otherwise ? undefined : "1h";
  const last = (last: string | undefined) => change({ last, from: undefined, to: undefined });
  return (
    <div className="pl-timebar">
      {fixed && (
        <span className="pl-timebar__fixed pl-num">
          {momentText(fixed.from, utc)} – {momentText(fixed.to, utc)}
          <button type="button" onClick={() => last(undefined)}>
            Reset
          </button>
        </span>
      )}
      <fieldset className="pl-switch pl-switch--text">
        <legend className="pl-hidden">Range</legend>
        {otherwise && (
          <button type="button" aria-pressed={!range} onClick={() => last(undefined)}>
            {otherwise}
          </button>
        )}
        {PRESETS.map(preset => (
          <button key={preset} type="button" aria-pressed={now === preset} onClick={() => last(preset)}>
            {preset}
          </button>
        ))}
      </fieldset>
      <OtherRange asked={search.last} ask={last} />
      <fieldset className="pl-switch pl-switch--text">
        <legend className="pl-hidden">Time zone</legend>
        {(["utc", "local"] as const).map(zone => (
          <button
            key={zone}
            type="button"
            aria-pressed={utc === (zone === "utc")}
            onClick={() => change({ zone: zone === "local" ? "local" : undefined })}
          >
            {zone === "utc" ? "UTC" : "Local"}
          </button>
        ))}
      </fieldset>
      <label className="pl-timebar__refresh">
        Refresh{" "}
        <select
          className="pl-select"
          value={search.refresh ?? "15s"}
          onChange={event => change({ refresh: event.target.value as Refresh })}
        >
          {REFRESHES.map(each => (
            <option key={each} value={each}>
              every {each}
            </option>
          ))}
          <option value="off">off</option>
        </select>
      </label>
    </div>
  );
}

/** Any length, such as `90m`. */
function OtherRange({ asked, ask }: { asked: string | undefined; ask: (last: string | undefined) => void }) {
  const own = asked && !(PRESETS as readonly string[]).includes(asked) ? asked : "";
  const [text, setText] = useState(own);
  useEffect(() => setText(own), [own]);
  const wrong = text !== "" && lengthOf(text) === undefined;
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (!wrong) ask(text.trim() || undefined);
      }}
    >
      <input
        className="pl-select pl-timebar__other"
        value={text}
        placeholder="90m"
        aria-label="Another range, such as 90m, 3h or 2d"
        aria-invalid={wrong}
        title={wrong ? "A number and s, m, h, d or w" : "Another range, such as 90m, 3h or 2d"}
        onChange={event => setText(event.target.value)}
      />
    </form>
  );
}
