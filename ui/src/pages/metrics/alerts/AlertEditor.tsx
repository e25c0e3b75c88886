import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useState } from "react";
import { MetricPicker } from "../board/MetricPicker";
import { measuresOf } from "../board/names";
import type { Alert } from "../document";

interface AlertEditorProps {
  alert: Alert | undefined;
  save: (alert: Alert) => void;
  close: () => void;
}

const number = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));

/** A metric, one of its measures and two bounds. */
export function AlertEditor({ alert, save, close }: AlertEditorProps) {
  const [metric, setMetric] = useState(alert?.metric);
  const [warning, setWarning] = useState(alert?.warning ?? "");
  const [error, setError] = useState(alert?.error ?? "");
  const timer = metric?.table.includes("timer") ?? false;
  const unit = timer ? (metric?.duration_unit ?? "") : "";
  const turned = number(warning) && number(error) && Number(warning) >= Number(error);
  const ready = metric && metric.measure !== "" && number(warning) && number(error);
  const title = alert ? "Edit the threshold" : "Add a threshold";
  return (
    <Modal variant="large" isOpen onClose={close} aria-label={title}>
      <ModalHeader title={title} />
      <ModalBody tabIndex={0} aria-label={title}>
        {metric ? (
          <div className="pl-settings">
            <p className="pl-settings__wide">
              {metric.environment} · {metric.application} · <b>{metric.metric_name}</b>{" "}
              <Button variant="link" size="sm" onClick={() => setMetric(undefined)}>
                Choose another
              </Button>
            </p>
            <label>
              Measure
              <select
                className="pl-select"
                value={metric.measure}
                onChange={event => setMetric({ ...metric, measure: event.target.value })}
              >
                {measuresOf(metric.table).map(measure => (
                  <option key={measure}>{measure}</option>
                ))}
              </select>
            </label>
            <Bound name="Warning at" unit={unit} value={warning} change={setWarning} />
            <Bound name="Error at" unit={unit} value={error} change={setError} />
            <p className="pl-settings__wide pl-wrong" role="status">
              {turned && "The warning is not below the error: every value that warns is an error too."}
            </p>
          </div>
        ) : (
          <MetricPicker
            verb="Choose"
            take={taken =>
              setMetric({ ...taken, measure: taken.table.includes("timer") ? "p99" : "interval_count" })
            }
          />
        )}
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={!ready}
          onClick={() =>
            metric && save({ raw: alert?.raw ?? {}, metric, warning: warning.trim(), error: error.trim() })
          }
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

interface BoundProps {
  name: string;
  unit: string;
  value: string;
  change: (value: string) => void;
}

function Bound({ name, unit, value, change }: BoundProps) {
  const wrong = value !== "" && !number(value);
  return (
    <label>
      {name} {unit && <span className="pl-subtle">({unit})</span>}
      <input
        className="pl-select"
        inputMode="decimal"
        value={value}
        aria-invalid={wrong}
        onChange={event => change(event.target.value)}
      />
      <span className="pl-wrong">{wrong && "Not a number"}</span>
    </label>
  );
}
