import { Button } from "@patternfly/react-core";
import ColumnsIcon from "@patternfly/react-icons/dist/esm/icons/columns-icon";
import CopyIcon from "@patternfly/react-icons/dist/esm/icons/copy-icon";
import TrashIcon from "@patternfly/react-icons/dist/esm/icons/trash-icon";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Baseline } from "../../api/baselines";
import { count, counted } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { SortedHead } from "../../parts/SortedHead";
import { visible } from "../../parts/visible";
import { Notifications } from "./Notifications";
import type { BaselinesSearch } from "./search";

type By = NonNullable<BaselinesSearch["order_by"]>;
type How = NonNullable<BaselinesSearch["order_how"]>;

interface BaselineTableProps {
  baselines: readonly Baseline[];
  by: By;
  how: How;
  order: (by: By, how: How) => void;
  chosen: ReadonlyMap<string, Baseline>;
  toggle: (baseline: Baseline) => void;
  all: boolean;
  toggleAll: () => void;
  copy: (baseline: Baseline) => void;
  remove: (baseline: Baseline) => void;
}

const FIRST: Record<By, How> = { display_name: "ASC", updated: "DESC" };

export function BaselineTable(props: BaselineTableProps) {
  const { baselines, by, how, order, chosen, toggle, copy, remove } = props;
  const navigate = useNavigate();
  const head = (column: By, title: string) => {
    const sorted = column === by;
    return (
      <SortedHead
        title={title}
        className={`pl-col-${column}`}
        is={sorted ? (how === "ASC" ? "ascending" : "descending") : "none"}
        onClick={() => order(column, sorted ? (how === "ASC" ? "DESC" : "ASC") : FIRST[column])}
      />
    );
  };
  return (
    <table className="pl-table pl-table--baselines" aria-label="Baselines">
      <thead>
        <tr>
          <th scope="col" className="pl-table__check">
            <label>
              <input
                type="checkbox"
                checked={props.all}
                onChange={props.toggleAll}
                aria-label="Choose all rows"
              />
            </label>
          </th>
          {head("display_name", "Name")}
          <th scope="col" className="pl-col-facts pl-table__numeric" title="Facts, and categories of facts">
            Facts
          </th>
          <th scope="col" className="pl-col-hosts pl-table__numeric">
            Hosts
          </th>
          <th scope="col" className="pl-col-notify">
            Notifications
          </th>
          {head("updated", "Changed")}
          <th scope="col" className="pl-col-acts">
            <span className="pl-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {baselines.map(baseline => (
          <tr
            key={baseline.id}
            className={`pl-row${chosen.has(baseline.id) ? " pl-row--chosen" : ""}`}
            data-baseline={baseline.id}
          >
            <td className="pl-table__check">
              <label>
                <input
                  type="checkbox"
                  checked={chosen.has(baseline.id)}
                  onChange={() => toggle(baseline)}
                  aria-label={`Choose ${baseline.display_name}`}
                />
              </label>
            </td>
            <td className="pl-col-display_name">
              <Link
                to="/baselines/$id"
                params={{ id: baseline.id }}
                className="pl-name"
                title={visible(baseline.display_name)}
              >
                {visible(baseline.display_name)}
              </Link>
            </td>
            <td className="pl-col-facts pl-table__numeric">{count(baseline.fact_count)}</td>
            <td className="pl-col-hosts pl-table__numeric">
              <Link
                to="/baselines/$id"
                params={{ id: baseline.id }}
                search={{ tab: "hosts" }}
                className="pl-quiet-link"
                aria-label={`${counted(baseline.mapped_system_count ?? 0, "host")} of ${baseline.display_name}`}
              >
                {count(baseline.mapped_system_count ?? 0)}
              </Link>
            </td>
            <td className="pl-col-notify">
              <Notifications baseline={baseline} />
            </td>
            <td className="pl-col-updated">
              <RelativeTime at={baseline.updated} />
            </td>
            <td className="pl-col-acts">
              <Button
                variant="plain"
                size="sm"
                icon={<ColumnsIcon />}
                aria-label={`Compare with ${baseline.display_name}`}
                title="Compare"
                onClick={() =>
                  void navigate({ to: "/compare", search: { baseline_ids: [baseline.id], add: "hosts" } })
                }
              />
              <Button
                variant="plain"
                size="sm"
                icon={<CopyIcon />}
                aria-label={`Copy ${baseline.display_name}`}
                title="Copy"
                onClick={() => copy(baseline)}
              />
              <Button
                variant="plain"
                size="sm"
                icon={<TrashIcon />}
                aria-label={`Delete ${baseline.display_name}`}
                title="Delete"
                onClick={() => remove(baseline)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
