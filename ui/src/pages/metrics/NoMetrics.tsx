import { EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import ChartLineIcon from "@patternfly/react-icons/dist/esm/icons/chart-line-icon";
import { Command } from "../../parts/Command";

/** No sample has come in yet: how to send some. */
export function NoMetrics() {
  const here = window.location.origin;
  return (
    <EmptyState titleText="No sample has come in yet" headingLevel="h2" icon={ChartLineIcon} variant="sm">
      <EmptyStateBody>
        Prometheus sends to <code>{here}/api/v1/write</code>, OpenTelemetry to <code>{here}/v1/metrics</code>,
        Telegraf to <code>{here}/write</code>. One value from a shell:
      </EmptyStateBody>
      <EmptyStateFooter>
        <div className="pl-commands">
          <Command text={`curl ${here}/write --data 'cpu,host=a usage=0.5'`} />
        </div>
      </EmptyStateFooter>
    </EmptyState>
  );
}
