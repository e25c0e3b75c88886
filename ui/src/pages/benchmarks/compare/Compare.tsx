import { Button } from "@patternfly/react-core";
import { useMemo, useState } from "react";
import type { Result } from "../../../api/benchmarks";
import { useDark } from "../../../frame/theme";
import { counted } from "../../../parts/format";
import type { Suggestion } from "../paths";
import { benchmarkName } from "../table";
import { Figure, KINDS, type Kind } from "./Figure";
import { FITS, type FitKind, fitOf } from "./fit";
import { Machines } from "./Machines";
import { GROUPINGS, groupsOf, MEASURES, type Measure, measured } from "./series";

interface CompareProps {
  results: readonly Result[];
  suggestions: readonly Suggestion[];
  x: string;
  y: string;
  change: (places: { x?: string; y?: string }) => void;
}

/** The chosen results in a picture: one place of their documents against another. */
export default function Compare({ results, suggestions, x, y, change }: CompareProps) {
  const [kind, setKind] = useState<Kind>("line");
  const [by, setBy] = useState<string>("site");
  const [measure, setMeasure] = useState<Measure>("value");
  const [smaller, setSmaller] = useState(true);
  const [fit, setFit] = useState<FitKind>("none");
  const [degree, setDegree] = useState(2);
  const [log, setLog] = useState({ x: false, y: false });
  const dark = useDark();
  const drawn = useMemo(() => groupsOf(results, x, y, by), [results, x, y, by]);
  const groups = useMemo(
    () =>
      drawn.groups.map(group => measured(group, measure, smaller)).filter(group => group.points.length > 0),
    [drawn, measure, smaller],
  );
  const single = groups.length === 1 ? groups[0] : undefined;
  const curve = single && kind !== "box" && fit !== "none" ? fitOf(fit, single.points, degree) : undefined;
  const asked = x !== "" && y !== "";
  return (
    <section className="pl-panel pl-compare" aria-label="Comparison">
      <h2>{counted(results.length, "result")} compared</h2>
      <Machines results={results} />
      <div className="pl-compare__form">
        <Place
          name="X"
          value={x}
          suggestions={suggestions}
          change={value => change({ x: value || undefined, y })}
        />
        <Place
          name="Y"
          value={y}
          suggestions={suggestions}
          change={value => change({ y: value || undefined, x })}
        />
        <Choice name="Kind" value={kind} values={KINDS} change={setKind} />
        <label>
          Series
          <input
            className="pl-select"
            aria-label="Series"
            list="compare-groups"
            value={by}
            onChange={event => setBy(event.target.value)}
          />
          <datalist id="compare-groups">
            {[...GROUPINGS, ...suggestions.map(each => each.path)].map(each => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </label>
        <Choice name="Measure" value={measure} values={MEASURES} change={setMeasure} />
        {measure !== "value" && (
          <Choice
            name="Better is"
            value={smaller ? "smaller" : "larger"}
            values={["smaller", "larger"] as const}
            change={value => setSmaller(value === "smaller")}
          />
        )}
        <Choice name="Regression" value={fit} values={FITS} change={setFit} isDisabled={kind === "box"} />
        {fit === "polynomial" && (
          <label>
            Degree
            <input
              type="number"
              className="pl-select"
              min={1}
              max={10}
              value={degree}
              onChange={event => setDegree(Math.max(1, Math.min(10, Number(event.target.value) || 1)))}
            />
          </label>
        )}
        {(["x", "y"] as const).map(axis => (
          <label key={axis} className="pl-compare__check">
            <input
              type="checkbox"
              checked={log[axis]}
              onChange={event => setLog({ ...log, [axis]: event.target.checked })}
            />
            {axis.toUpperCase()} logarithmic
          </label>
        ))}
      </div>
      {!asked && (
        <p className="pl-subtle">
          Give a place of the documents for each axis, such as <code>machine.cpu.count</code> and{" "}
          <code>result.score</code>.
        </p>
      )}
      {asked && groups.length === 0 && (
        <p className="pl-wrong">None of the chosen results has a number at both places.</p>
      )}
      {asked && groups.length > 0 && (
        <Figure
          groups={groups}
          kind={kind}
          log={log}
          x={x}
          y={measure === "value" ? y : `${measure} of ${y}`}
          curve={curve}
          dark={dark}
        />
      )}
      {fit !== "none" && groups.length > 1 && (
        <p className="pl-subtle">
          A regression is drawn for one series alone: choose results of one, or another grouping.
        </p>
      )}
      {fit !== "none" && single && !curve && kind !== "box" && (
        <p className="pl-wrong">These points are too few for this regression, or have no logarithm.</p>
      )}
      {curve && (
        <p className="pl-num pl-compare__formula">
          {curve.text} · R² = {curve.r2.toFixed(3)}
        </p>
      )}
      {asked && drawn.left.length > 0 && (
        <details className="pl-compare__left">
          <summary>{counted(drawn.left.length, "result")} left out</summary>
          <ul>
            {drawn.left.slice(0, 50).map(({ result, why }) => (
              <li key={result.id}>
                {benchmarkName(result.benchmark)} at {result.site.name}: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
      {asked && groups.length > 0 && <Download />}
    </section>
  );
}

/** The picture as a file. */
function Download() {
  const save = () => {
    const svg = document.querySelector(".pl-figure svg");
    if (!svg) return;
    const copy = svg.cloneNode(true) as SVGElement;
    // A file has no style sheet: what the page's gives is written into it.
    const [shown, written] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
    shown.forEach((element, at) => {
      const style = getComputedStyle(element);
      for (const name of ["fill", "stroke", "font-size", "font-family", "text-anchor"]) {
        written[at]?.setAttribute(name, style.getPropertyValue(name));
      }
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const url = URL.createObjectURL(new Blob([copy.outerHTML], { type: "image/svg+xml" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "diagram.svg";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Button variant="link" size="sm" onClick={save}>
      Save as SVG
    </Button>
  );
}

interface PlaceProps {
  name: string;
  value: string;
  suggestions: readonly Suggestion[];
  change: (value: string) => void;
}

function Place({ name, value, suggestions, change }: PlaceProps) {
  const list = `compare-${name}`;
  return (
    <label>
      {name}
      <input
        className="pl-select"
        aria-label={name}
        list={list}
        value={value}
        onChange={event => change(event.target.value)}
      />
      <datalist id={list}>
        {suggestions.map(({ path, note }) => (
          <option key={path} value={path}>
            {note}
          </option>
        ))}
      </datalist>
    </label>
  );
}

interface ChoiceProps<V extends string> {
  name: string;
  value: V;
  values: readonly V[];
  change: (value: V) => void;
  isDisabled?: boolean;
}

function Choice<V extends string>({ name, value, values, change, isDisabled }: ChoiceProps<V>) {
  return (
    <label>
      {name}
      <select
        className="pl-select"
        value={value}
        disabled={isDisabled}
        onChange={event => change(event.target.value as V)}
      >
        {values.map(each => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}
