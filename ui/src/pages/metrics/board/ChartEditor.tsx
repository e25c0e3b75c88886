import { Button, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { ChartView } from "../chart/ChartView";
import { type Chart, type ChartMetric, type ChartQuery, MOST_METRICS } from "../document";
import { Expression } from "../explore/Expression";
import { ChartSettings } from "./ChartSettings";
import { MetricPicker } from "./MetricPicker";
import { measuresOf } from "./names";

interface ChartEditorProps {
  chart: Chart;
  chosen: ReadonlyMap<string, readonly string[]>;
  utc: boolean;
  save: (chart: Chart) => void;
  close: () => void;
}

/** What a chart draws and how, with the picture of it. */
export function ChartEditor({ chart, chosen, utc, save, close }: ChartEditorProps) {
  const [draft, setDraft] = useState<Chart>(() =>
    chart.queries.length + chart.metrics.length > 0
      ? chart
      : { ...chart, queries: [{ expr: "", legend: "", axis: "left" }] },
  );
  const [picking, setPicking] = useState(false);
  const change = (changed: Partial<Chart>) => setDraft(before => ({ ...before, ...changed }));
  const query = (at: number, changed: Partial<ChartQuery>) =>
    change({ queries: draft.queries.map((each, nth) => (nth === at ? { ...each, ...changed } : each)) });
  const metric = (at: number, changed: Partial<ChartMetric>) =>
    change({ metrics: draft.metrics.map((each, nth) => (nth === at ? { ...each, ...changed } : each)) });
  const full = draft.metrics.length >= MOST_METRICS;
  const name = chart.title || "chart";
  return (
    <Modal variant="large" isOpen onClose={close} aria-label={`Edit ${name}`} className="pl-editor">
      <ModalHeader title={`Edit ${name}`} />
      <ModalBody tabIndex={0} aria-label={`Edit ${name}`}>
        <ChartView
          chart={draft}
          range={draft.range}
          chosen={chosen}
          refresh={false}
          utc={utc}
          height={180}
          zoom={() => undefined}
        />
        <div className="pl-editor__title">
          <label htmlFor="chart-title">Title</label>
          <TextInput id="chart-title" value={draft.title} onChange={(_, title) => change({ title })} />
        </div>
        <h2>Expressions</h2>
        {draft.queries.map((each, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: expressions have no name of their own
          <div key={at} className="pl-editor__query" role="group" aria-label={`Expression ${at + 1}`}>
            <Expression
              value={each.expr}
              label={`Expression ${at + 1}`}
              run={expr => query(at, { expr })}
              change={expr => query(at, { expr })}
            />
            <input
              className="pl-select"
              value={each.legend}
              placeholder="Name, such as {{host}}"
              aria-label={`Name of the series of expression ${at + 1}`}
              onChange={event => query(at, { legend: event.target.value })}
            />
            <AxisSelect value={each.axis} of={`expression ${at + 1}`} change={axis => query(at, { axis })} />
            <Button
              variant="link"
              size="sm"
              aria-label={`Remove expression ${at + 1}`}
              onClick={() => change({ queries: draft.queries.filter((_, nth) => nth !== at) })}
            >
              Remove
            </Button>
          </div>
        ))}
        <Button
          variant="link"
          size="sm"
          onClick={() => change({ queries: [...draft.queries, { expr: "", legend: "", axis: "left" }] })}
        >
          Add an expression
        </Button>
        <h2>Metrics of the list</h2>
        {draft.metrics.map((each, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a metric may stand twice, with two measures
          <div key={at} className="pl-editor__metric" role="group" aria-label={each.metric_name}>
            <span title={`${each.environment} · ${each.application}`}>
              {each.environment} · {each.application} · <b>{each.metric_name}</b>
            </span>
            <select
              className="pl-select"
              aria-label={`Measure of ${each.metric_name}`}
              value={each.measure}
              onChange={event => metric(at, { measure: event.target.value })}
            >
              {measuresOf(each.table).map(measure => (
                <option key={measure}>{measure}</option>
              ))}
            </select>
            <AxisSelect value={each.axis} of={each.metric_name} change={axis => metric(at, { axis })} />
            <Button
              variant="link"
              size="sm"
              aria-label={`Remove ${each.metric_name}`}
              onClick={() => change({ metrics: draft.metrics.filter((_, nth) => nth !== at) })}
            >
              Remove
            </Button>
          </div>
        ))}
        {full && <p className="pl-wrong">Only {MOST_METRICS} metrics may be plotted on a single chart.</p>}
        {picking ? (
          <MetricPicker
            verb="Add"
            isDisabled={full}
            take={taken => {
              const measure = taken.table.includes("timer") ? "mean" : "count";
              change({ metrics: [...draft.metrics, { ...taken, measure, axis: "left" }] });
            }}
          />
        ) : (
          <Button variant="link" size="sm" onClick={() => setPicking(true)}>
            Choose from the list
          </Button>
        )}
        <h2>Drawing</h2>
        <ChartSettings chart={draft} change={change} />
      </ModalBody>
      <ModalFooter>
        <Button
          onClick={() => save({ ...draft, queries: draft.queries.filter(each => each.expr.trim() !== "") })}
        >
          Save
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function AxisSelect({
  value,
  of,
  change,
}: {
  value: "left" | "right";
  of: string;
  change: (axis: "left" | "right") => void;
}) {
  return (
    <select
      className="pl-select"
      aria-label={`Axis of ${of}`}
      value={value}
      onChange={event => change(event.target.value === "right" ? "right" : "left")}
    >
      <option value="left">left axis</option>
      <option value="right">right axis</option>
    </select>
  );
}
