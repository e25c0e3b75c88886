import "./groups.css";
import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import ObjectGroupIcon from "@patternfly/react-icons/dist/esm/icons/object-group-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { failureOf } from "../../api/client";
import { groupSearch } from "../../api/queries";
import type { Group } from "../../api/types";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle, useWithinEnd } from "../../parts/hooks";
import { NameField } from "../../parts/NameField";
import { useSteps } from "../../parts/steps";
import { type GroupAction, GroupDialogs } from "./GroupDialogs";
import { GroupTable } from "./GroupTable";
import { Turner } from "./Turner";

const route = getRouteApi("/groups");
const PER_PAGE = 50;

export function GroupsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [doing, setDoing] = useState<{ action: GroupAction; group?: Group }>();
  useTitle("Groups");
  const { name, page = 1, order_by = "name", order_how } = search;
  const groups = useQuery(
    groupSearch({
      name,
      page,
      per_page: PER_PAGE,
      order_by,
      order_how: order_how ?? (order_by === "name" ? "ASC" : "DESC"),
    }),
  );
  const error = failureOf(groups);
  const step = useSteps(search, navigate, ["name"]);
  const change = (changed: Partial<typeof search>) => step({ ...search, page: undefined, ...changed });
  const isBeyond = useWithinEnd(
    error,
    page,
    to => void navigate({ search: { ...search, page: to }, replace: true }),
  );
  const total = groups.data?.total ?? 0;
  const none = groups.data && total === 0 && !name;
  const create = (
    <Button size="sm" icon={<PlusIcon />} onClick={() => setDoing({ action: "create" })}>
      New group
    </Button>
  );
  return (
    <div className="pl-page pl-groups">
      <header className="pl-groups__head">
        <h1 className="pl-title">Groups</h1>
        {groups.data && <span className="pl-subtle pl-num">{counted(total, "group")}</span>}
        {!none && <NameField asked={name ?? ""} ask={text => change({ name: text || undefined })} />}
        <span className="pl-toolbar__end">{!none && create}</span>
      </header>
      {error && !isBeyond && (
        <Failure error={error} what="The groups cannot be shown" retry={() => void groups.refetch()} />
      )}
      {none && (
        <EmptyState titleText="There is no group yet" headingLevel="h2" icon={ObjectGroupIcon} variant="sm">
          <EmptyStateBody>
            Groups keep hosts together: a rack, a stage, a team. A host is in one at most.
          </EmptyStateBody>
          <EmptyStateFooter>{create}</EmptyStateFooter>
        </EmptyState>
      )}
      {groups.data && !none && total === 0 && (
        <NothingFound what="group" clear={() => change({ name: undefined })} />
      )}
      {groups.data && total > 0 && (
        <>
          <GroupTable
            groups={groups.data.results}
            by={order_by}
            how={order_how ?? (order_by === "name" ? "ASC" : "DESC")}
            order={(by, how) => change({ order_by: by, order_how: how })}
            act={(action, group) => setDoing({ action, group })}
          />
          <Turner
            page={page}
            pages={Math.ceil(total / PER_PAGE)}
            go={to => change({ page: to > 1 ? to : undefined })}
          />
        </>
      )}
      {doing && <GroupDialogs {...doing} close={() => setDoing(undefined)} />}
    </div>
  );
}
