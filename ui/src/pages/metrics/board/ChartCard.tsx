import { Button } from "@patternfly/react-core";
import ArrowDownIcon from "@patternfly/react-icons/dist/esm/icons/arrow-down-icon";
import ArrowUpIcon from "@patternfly/react-icons/dist/esm/icons/arrow-up-icon";
import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import CloneIcon from "@patternfly/react-icons/dist/esm/icons/clone-icon";
import PenIcon from "@patternfly/react-icons/dist/esm/icons/pen-icon";
import TrashIcon from "@patternfly/react-icons/dist/esm/icons/trash-icon";
import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { AlertDialog } from "../alertrules/AlertDialog";
import { newDraft } from "../alertrules/rule";
import { ChartView, type ChartViewProps } from "../chart/ChartView";
import { nameOfChart } from "./names";

interface ChartCardProps extends Omit<ChartViewProps, "fill"> {
  first: boolean;
  last: boolean;
  act: Record<"up" | "down" | "edit" | "copy" | "remove", () => void>;
}

/** A chart on a dashboard, with what can be done with it. */
export function ChartCard({ first, last, act, ...view }: ChartCardProps) {
  const [asking, setAsking] = useState(false);
  const [alerting, setAlerting] = useState(false);
  const name = nameOfChart(view.chart);
  const expressions = view.chart.queries.map(query => query.expr).filter(expr => expr !== "");
  const [expression] = expressions;
  const tools = [
    { name: "Move up", Icon: ArrowUpIcon, isDisabled: first, go: act.up },
    { name: "Move down", Icon: ArrowDownIcon, isDisabled: last, go: act.down },
    { name: "Alert on", Icon: BellIcon, isDisabled: !expression, go: () => setAlerting(true) },
    { name: "Copy", Icon: CloneIcon, isDisabled: false, go: act.copy },
    { name: "Edit", Icon: PenIcon, isDisabled: false, go: act.edit },
    { name: "Delete", Icon: TrashIcon, isDisabled: false, go: () => setAsking(true) },
  ];
  return (
    <section className="pl-panel pl-chartcard" aria-label={name}>
      <header>
        <h2 title={name}>{name}</h2>
        <span className="pl-chartcard__tools">
          {tools.map(({ name: what, Icon, isDisabled, go }) => (
            <Button
              key={what}
              variant="plain"
              size="sm"
              icon={<Icon />}
              title={what}
              aria-label={`${what} ${name}`}
              isDisabled={isDisabled}
              onClick={go}
            />
          ))}
        </span>
      </header>
      <ChartView {...view} fill={act.edit} />
      {alerting && expression && (
        <AlertDialog
          start={newDraft(name, expression, view.chosen)}
          expressions={expressions}
          close={() => setAlerting(false)}
        />
      )}
      {asking && (
        <Frame
          title={`Delete ${name}?`}
          verb="Delete"
          isDanger
          isBusy={false}
          error={null}
          close={() => setAsking(false)}
          act={() => {
            setAsking(false);
            act.remove();
          }}
        >
          <p>The chart leaves this dashboard. The values that it shows stay.</p>
        </Frame>
      )}
    </section>
  );
}
