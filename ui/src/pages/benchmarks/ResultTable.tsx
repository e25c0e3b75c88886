import { Button } from "@patternfly/react-core";
import type { Result } from "../../api/benchmarks";
import { RelativeTime } from "../../parts/RelativeTime";
import { SortedHead } from "../../parts/SortedHead";
import { shown, valueAt } from "./paths";
import { nextSort } from "./search";
import { benchmarkName } from "./table";

export type ResultAction = "view" | "report" | "delete" | "tags";

interface ResultTableProps {
  results: readonly Result[];
  columns: readonly string[];
  sort: string | undefined;
  order: (sort: string | undefined) => void;
  chosen: ReadonlyMap<string, Result>;
  toggle: (results: readonly Result[], on: boolean) => void;
  isAdmin: boolean;
  maySend: boolean;
  act: (action: ResultAction, result: Result) => void;
}

/** The time of a result as the API tells it, in UTC but without saying so. */
const utc = (at: string) => (/[Z+]/.test(at) ? at : `${at}Z`);

export function ResultTable(props: ResultTableProps) {
  const { results, columns, sort, order, chosen, toggle, isAdmin, maySend, act } = props;
  const every = results.length > 0 && results.every(result => chosen.has(result.id));
  const head = (field: string, name: string) => (
    <SortedHead
      key={field}
      title={name}
      is={sort === `+${field}` ? "ascending" : sort === `-${field}` ? "descending" : "none"}
      onClick={() => order(nextSort(sort, field))}
    />
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
    <div className="pl-panel pl-results" tabIndex={0} role="region" aria-label="Results">
      <table className="pl-table">
        <thead>
          <tr>
            <th scope="col" className="pl-table__check">
              <input
                type="checkbox"
                checked={every}
                aria-label="Choose every result of this page"
                onChange={event => toggle(results, event.target.checked)}
              />
            </th>
            {head("benchmark_name", "Benchmark")}
            {head("site_name", "Site")}
            {head("flavor_name", "Flavor")}
            <th scope="col">Tags</th>
            {head("execution_datetime", "Executed")}
            {columns.map(path => head(`json.${path}`, path))}
            <th scope="col">
              <span className="pl-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {results.map(result => {
            const name = benchmarkName(result.benchmark);
            const tags = result.tags.map(tag => tag.name).join(", ");
            return (
              <tr
                key={result.id}
                data-result={result.id}
                className={`pl-row${chosen.has(result.id) ? " pl-row--chosen" : ""}`}
              >
                <td className="pl-table__check">
                  <input
                    type="checkbox"
                    checked={chosen.has(result.id)}
                    aria-label={`Choose the result of ${name} at ${result.site.name}`}
                    onChange={event => toggle([result], event.target.checked)}
                  />
                </td>
                <td title={name}>{name}</td>
                <td title={result.site.address}>{result.site.name}</td>
                <td title={result.flavor.description}>{result.flavor.name}</td>
                <td title={tags}>{tags || <span className="pl-subtle">none</span>}</td>
                <td>
                  <RelativeTime at={utc(result.execution_datetime)} />
                </td>
                {columns.map(path => {
                  const value = valueAt(result.json, path);
                  return (
                    <td key={path} className="pl-num" title={shown(value)}>
                      {value === undefined ? <span className="pl-subtle">not found</span> : shown(value)}
                    </td>
                  );
                })}
                <td className="pl-results__acts">
                  <Button variant="link" size="sm" onClick={() => act("view", result)}>
                    View
                  </Button>
                  {maySend && (
                    <Button variant="link" size="sm" onClick={() => act("report", result)}>
                      Report
                    </Button>
                  )}
                  {isAdmin && (
                    <>
                      <Button variant="link" size="sm" onClick={() => act("tags", result)}>
                        Tags
                      </Button>
                      <Button variant="link" size="sm" isDanger onClick={() => act("delete", result)}>
                        Delete
                      </Button>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
