import "./metrics.css";
import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type SeriesLabels, seriesOf } from "../../api/metrics";
import { counted } from "../../parts/format";
import { ChartView } from "./chart/ChartView";
import { HOST_LABELS } from "./chart/hosts";
import { newChart } from "./document";

interface HostChartsProps {
  /** What the machine is called: its display name and its own. */
  names: readonly string[];
}

const DAY = 86_400_000;
const FEW = 3;
const MOST = 24;
const NONE: ReadonlyMap<string, readonly string[]> = new Map();

const pattern = (names: readonly string[]) => {
  const every = names.flatMap(name => [name, name.split(".")[0] ?? name]);
  const plain = [...new Set(every)].map(name =>
    name.replace(/[.*+?^${}()|[\]\\]/g, "\\\\$&").replaceAll('"', ""),
  );
  return `(${plain.join("|")})(:\\\\d+)?`;
};

/** What people look at first. */
const FIRST = [/cpu/, /load/, /mem/, /disk|filesystem/, /net/];
const rank = (name: string) => {
  const at = FIRST.findIndex(each => each.test(name));
  return at < 0 ? FIRST.length : at;
};

/** The metrics of some series, most telling first, each with the selector that finds those of the machine. */
function chartsOf(series: readonly SeriesLabels[], names: readonly string[]) {
  const found = new Map<string, string>();
  for (const labels of series) {
    const name = labels.__name__;
    const label = HOST_LABELS.find(each => labels[each]);
    if (name && label && !/_bucket$/.test(name)) found.set(name, `${name}{${label}=~"${pattern(names)}"}`);
  }
  return [...found]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .map(([name, selector]) => ({
      ...newChart(),
      title: name,
      range: { last: "6h" },
      units: { left: unitOf(name), right: "" },
      queries: [
        {
          expr: /_(total|count|sum)$/.test(name) ? `rate(${selector}[5m])` : selector,
          legend: "",
          axis: "left" as const,
        },
      ],
    }));
}

const unitOf = (name: string) =>
  /_bytes$/.test(name) ? "bytes" : /_seconds$/.test(name) ? "seconds" : /_total$/.test(name) ? "/s" : "";

/** The values that a machine has sent of itself, if it has: beside what changed on it. */
export default function HostCharts({ names }: HostChartsProps) {
  const navigate = useNavigate();
  const [all, setAll] = useState(false);
  const matches = HOST_LABELS.map(label => `{${label}=~"${pattern(names)}"}`);
  const series = useQuery(seriesOf(matches, DAY, 2_000));
  const charts = chartsOf(series.data ?? [], names);
  if (charts.length === 0) return null;
  return (
    <section className="pl-hostcharts" aria-labelledby="host-metrics">
      <header className="pl-metrics__head">
        <h2 id="host-metrics">Metrics</h2>
        <span className="pl-subtle">the last 6 hours, with the changes of this host</span>
        {charts.length > FEW && (
          <Button variant="link" size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Fewer" : `All ${counted(charts.length, "metric")}`}
          </Button>
        )}
      </header>
      <div className="pl-hostcharts__grid">
        {charts.slice(0, all ? MOST : FEW).map(chart => (
          <div key={chart.title} className="pl-panel pl-chartcard">
            <h3>
              <Link to="/dashboards/explore" search={{ q: chart.queries[0]?.expr, last: "6h" }}>
                {chart.title}
              </Link>
            </h3>
            <ChartView
              chart={chart}
              range={chart.range}
              chosen={NONE}
              refresh={15_000}
              utc={false}
              height={130}
              zoom={(from, to) =>
                void navigate({
                  to: "/dashboards/explore",
                  search: {
                    q: chart.queries[0]?.expr,
                    from: Math.round(from),
                    to: Math.round(to),
                    zone: "local",
                  },
                })
              }
            />
          </div>
        ))}
      </div>
      {all && charts.length > MOST && (
        <p className="pl-subtle">and {charts.length - MOST} more in the explorer</p>
      )}
    </section>
  );
}
