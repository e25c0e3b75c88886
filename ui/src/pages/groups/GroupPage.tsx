import "./groups.css";
import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import PenIcon from "@patternfly/react-icons/dist/esm/icons/pen-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import ServerIcon from "@patternfly/react-icons/dist/esm/icons/server-icon";
import TrashIcon from "@patternfly/react-icons/dist/esm/icons/trash-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { failureOf } from "../../api/client";
import { oneGroup } from "../../api/queries";
import { type HostSearch, TYPED } from "../../api/search";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { Known } from "../../parts/Known";
import { RelativeTime } from "../../parts/RelativeTime";
import { useSteps } from "../../parts/steps";
import { visible } from "../../parts/visible";
import { HostList } from "../hosts/HostList";
import { AddHosts } from "./AddHosts";
import { type GroupAction, GroupDialogs } from "./GroupDialogs";
import { Moments } from "./Moments";

const route = getRouteApi("/groups/$id");

export const GroupPage = () => <Known id={route.useParams().id} page={id => <OneGroup key={id} id={id} />} />;

/** One group: what it is called, and its members as a list like any other. */
function OneGroup({ id }: { id: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const group = useQuery(oneGroup(id));
  const [doing, setDoing] = useState<GroupAction | "add" | "moments">();
  useTitle(group.data?.name ?? "Group");
  const step = useSteps(search, navigate, TYPED);
  const correct = (next: HostSearch) => void navigate({ search: next, replace: true });
  const error = failureOf(group);
  if (error) {
    return (
      <div className="pl-page">
        <Failure error={error} what="The group cannot be shown" retry={() => void group.refetch()} />
      </div>
    );
  }
  if (!group.data) return <div className="pl-loading" />;
  const { name, host_count, updated } = group.data;
  const add = (
    <Button size="sm" variant="secondary" icon={<PlusIcon />} onClick={() => setDoing("add")}>
      Add hosts
    </Button>
  );
  return (
    <div className="pl-page pl-page--list">
      <header className="pl-groups__head pl-groups__head--one">
        <p className="pl-crumb">
          <Link to="/groups">Groups</Link>
        </p>
        <h1 className="pl-title">{visible(name)}</h1>
        <span className="pl-subtle pl-num">
          {counted(host_count, "host")} · changed <RelativeTime at={updated} />
        </span>
        <span className="pl-toolbar__end">
          <Button size="sm" variant="link" onClick={() => setDoing("moments")}>
            Two moments
          </Button>
          {add}
          <Button
            size="sm"
            variant="plain"
            icon={<PenIcon />}
            aria-label="Rename"
            title="Rename"
            onClick={() => setDoing("rename")}
          />
          <Button
            size="sm"
            variant="plain"
            icon={<TrashIcon />}
            aria-label="Delete"
            title="Delete"
            onClick={() => setDoing("delete")}
          />
        </span>
      </header>
      <HostList
        search={search}
        go={step}
        correct={correct}
        group={id}
        nothing={
          <EmptyState titleText="No host is in this group" headingLevel="h2" icon={ServerIcon} variant="sm">
            <EmptyStateBody>Add some here, or choose hosts in any list and move them.</EmptyStateBody>
            <EmptyStateFooter>{add}</EmptyStateFooter>
          </EmptyState>
        }
      />
      {doing === "add" && <AddHosts group={group.data} close={() => setDoing(undefined)} />}
      {doing === "moments" && <Moments group={group.data} close={() => setDoing(undefined)} />}
      {doing && doing !== "add" && doing !== "moments" && (
        <GroupDialogs
          action={doing}
          group={group.data}
          close={() => setDoing(undefined)}
          done={doing === "delete" ? () => void navigate({ to: "/groups" }) : undefined}
        />
      )}
    </div>
  );
}
