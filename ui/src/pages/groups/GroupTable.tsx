import { Button } from "@patternfly/react-core";
import PenIcon from "@patternfly/react-icons/dist/esm/icons/pen-icon";
import TrashIcon from "@patternfly/react-icons/dist/esm/icons/trash-icon";
import { Link } from "@tanstack/react-router";
import type { Group } from "../../api/types";
import { count } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { SortedHead } from "../../parts/SortedHead";
import { visible } from "../../parts/visible";
import type { GroupAction } from "./GroupDialogs";
import type { GroupsSearch } from "./search";

type By = NonNullable<GroupsSearch["order_by"]>;
type How = NonNullable<GroupsSearch["order_how"]>;

interface GroupTableProps {
  groups: readonly Group[];
  by: By;
  how: How;
  order: (by: By, how: How) => void;
  act: (action: GroupAction, group: Group) => void;
}

const COLUMNS: { by: By; title: string; first: How }[] = [
  { by: "name", title: "Name", first: "ASC" },
  { by: "host_count", title: "Hosts", first: "DESC" },
  { by: "updated", title: "Changed", first: "DESC" },
];

export function GroupTable({ groups, by, how, order, act }: GroupTableProps) {
  const most = Math.max(1, ...groups.map(group => group.host_count));
  return (
    <table className="pl-table pl-table--groups" aria-label="Groups">
      <thead>
        <tr>
          {COLUMNS.map(column => {
            const sorted = column.by === by;
            return (
              <SortedHead
                key={column.by}
                title={column.title}
                className={`pl-col-${column.by}`}
                is={sorted ? (how === "ASC" ? "ascending" : "descending") : "none"}
                onClick={() => order(column.by, sorted ? (how === "ASC" ? "DESC" : "ASC") : column.first)}
              />
            );
          })}
          <th scope="col" className="pl-col-acts">
            <span className="pl-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map(group => (
          <tr key={group.id} className="pl-row">
            <td className="pl-col-name">
              {group.ungrouped ? (
                <Link to="/hosts" search={{ group_name: [""] }} className="pl-name">
                  {visible(group.name)}
                </Link>
              ) : (
                <Link
                  to="/groups/$id"
                  params={{ id: group.id }}
                  className="pl-name"
                  title={visible(group.name)}
                >
                  {visible(group.name)}
                </Link>
              )}
            </td>
            <td className="pl-col-host_count">
              <span className="pl-measure">
                <span
                  className="pl-measure__bar"
                  style={{ inlineSize: `${(group.host_count / most) * 100}%` }}
                />
              </span>
              <span className="pl-num">{count(group.host_count)}</span>
            </td>
            <td className="pl-col-updated">
              <RelativeTime at={group.updated} />
            </td>
            <td className="pl-col-acts">
              {!group.ungrouped && (
                <>
                  <Button
                    variant="plain"
                    size="sm"
                    icon={<PenIcon />}
                    aria-label={`Rename ${group.name}`}
                    title="Rename"
                    onClick={() => act("rename", group)}
                  />
                  <Button
                    variant="plain"
                    size="sm"
                    icon={<TrashIcon />}
                    aria-label={`Delete ${group.name}`}
                    title="Delete"
                    onClick={() => act("delete", group)}
                  />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
