import "../metrics.css";
import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { labelValues } from "../../../api/metrics";
import { useTitle } from "../../../parts/hooks";
import { TimeBar } from "../board/TimeBar";
import { useFilledGroups, Variables } from "../board/Variables";
import { ChartView } from "../chart/ChartView";
import { type Chart, KINDS, type Kind, newChart } from "../document";
import { NoMetrics } from "../NoMetrics";
import { rangeOf, refreshOf } from "../search";
import { chosenOf, namesIn, pairsOf } from "../variables";
import { AddToBoard } from "./AddToBoard";
import { Expression } from "./Expression";

const route = getRouteApi("/dashboards/explore");

/** An expression at a time, drawn as it is written. */
export function ExplorePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState(search.q ?? "");
  const [kind, setKind] = useState<Kind>("line");
  const [adding, setAdding] = useState(false);
  useTitle("Explore metrics");
  const names = useQuery(labelValues("__name__", undefined, 2_000));
  const change = (changed: Partial<typeof search>, replace = true) =>
    void navigate({ search: { ...search, ...changed }, replace });
  const variables = namesIn(search.q ?? "");
  const chosen = useMemo(() => chosenOf(search.var), [search.var]);
  const filled = useFilledGroups(variables, chosen);
  const chart: Chart = useMemo(
    () => ({ ...newChart(), kind, queries: [{ expr: search.q ?? "", legend: "", axis: "left" }] }),
    [search.q, kind],
  );
  const run = (text: string) => change({ q: text.trim() || undefined }, false);
  return (
    <div className="pl-page pl-metrics">
      <p className="pl-crumb">
        <Link to="/dashboards">Metrics</Link>
      </p>
      <header className="pl-metrics__head">
        <h1 className="pl-title">Explore</h1>
        <TimeBar search={search} change={change} />
      </header>
      <div className="pl-explore">
        <Expression value={search.q ?? ""} label="Expression" change={setDraft} run={run} focus />
        <Button size="sm" onClick={() => run(draft)} isDisabled={draft.trim() === ""}>
          Draw
        </Button>
        <Variables
          names={variables}
          chosen={chosen}
          change={(name, values) => change({ var: pairsOf(new Map([...chosen, [name, [...values]]])) })}
        />
        <label>
          <span className="pl-hidden">Kind</span>
          <select className="pl-select" value={kind} onChange={event => setKind(event.target.value as Kind)}>
            {KINDS.map(each => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        {search.q && (
          <Button size="sm" variant="secondary" onClick={() => setAdding(true)}>
            Add to a dashboard
          </Button>
        )}
      </div>
      {search.q && filled && (
        <section className="pl-panel" aria-label="Chart">
          <ChartView
            chart={chart}
            range={rangeOf(search) ?? { last: "1h" }}
            chosen={filled}
            refresh={refreshOf(search)}
            utc={search.zone !== "local"}
            height={360}
            zoom={(from, to) =>
              change({ from: Math.round(from), to: Math.round(to), last: undefined }, false)
            }
          />
        </section>
      )}
      {names.data?.length === 0 && <NoMetrics />}
      {!search.q && names.data && names.data.length > 0 && (
        <section aria-labelledby="names">
          <h2 id="names" className="pl-explore__names">
            Metrics
          </h2>
          <ul className="pl-explore__list">
            {names.data.map(name => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => run(/_(total|count)$/.test(name) ? `rate(${name}[5m])` : name)}
                >
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {adding && <AddToBoard chart={chart} close={() => setAdding(false)} />}
    </div>
  );
}
