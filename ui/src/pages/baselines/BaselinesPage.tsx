import "./baselines.css";
import { Button, DropdownItem, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import ClipboardCheckIcon from "@patternfly/react-icons/dist/esm/icons/clipboard-check-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { type Baseline, baselineList } from "../../api/baselines";
import { download } from "../../parts/download";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { MoreMenu } from "../../parts/menus";
import { NameField } from "../../parts/NameField";
import { useSteps } from "../../parts/steps";
import { Turner } from "../groups/Turner";
import { BaselineTable } from "./BaselineTable";
import { BaselineTabs } from "./BaselineTabs";
import { CreateDialog, type Start } from "./CreateDialog";
import { DeleteBaselines } from "./Dialogs";
import { listCsv, listJson } from "./export";

const route = getRouteApi("/baselines");
const PER_PAGE = 50;

export function BaselinesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState<Start>();
  const [deleting, setDeleting] = useState<readonly Baseline[]>();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Baseline>>(new Map());
  useTitle("Baselines");
  const { name, page = 1, order_by: by = "display_name" } = search;
  const how = search.order_how ?? (by === "display_name" ? "ASC" : "DESC");
  const offset = (page - 1) * PER_PAGE;
  const list = useQuery(
    baselineList({ display_name: name, order_by: by, order_how: how, limit: PER_PAGE, offset }),
  );
  const step = useSteps(search, navigate, ["name"]);
  const change = (changed: Partial<typeof search>) => step({ ...search, page: undefined, ...changed });
  const total = list.data?.meta.count ?? 0;
  const none = list.data?.meta.total_available === 0;
  const rows = list.data?.data ?? [];
  const toggle = (baseline: Baseline) => {
    const after = new Map(chosen);
    if (!after.delete(baseline.id)) after.set(baseline.id, baseline);
    setChosen(after);
  };
  const all = rows.length > 0 && rows.every(row => chosen.has(row.id));
  const create = (
    <Button size="sm" icon={<PlusIcon />} onClick={() => setCreating({ from: "scratch" })}>
      New baseline
    </Button>
  );
  return (
    <div className="pl-page pl-baselines">
      <header className="pl-groups__head">
        <h1 className="pl-title">Baselines</h1>
        <BaselineTabs />
        {list.data && !none && <span className="pl-subtle pl-num">{counted(total, "baseline")}</span>}
        {!none && <NameField asked={name ?? ""} ask={text => change({ name: text || undefined })} />}
        <span className="pl-toolbar__end">
          {rows.length > 0 && (
            <MoreMenu label="More of this list">
              <DropdownItem onClick={() => download("baselines.csv", listCsv(rows), "text/csv")}>
                Download what is shown as CSV
              </DropdownItem>
              <DropdownItem onClick={() => download("baselines.json", listJson(rows), "application/json")}>
                Download what is shown as JSON
              </DropdownItem>
            </MoreMenu>
          )}
          {chosen.size > 0 && (
            <Button size="sm" variant="secondary" isDanger onClick={() => setDeleting([...chosen.values()])}>
              Delete {counted(chosen.size, "baseline")}
            </Button>
          )}
          {!none && create}
        </span>
      </header>
      {list.error && (
        <Failure error={list.error} what="The baselines cannot be shown" retry={() => void list.refetch()} />
      )}
      {!list.data && !list.error && <div className="pl-loading" />}
      {none && (
        <EmptyState
          titleText="There is no baseline yet"
          headingLevel="h2"
          icon={ClipboardCheckIcon}
          variant="sm"
        >
          <EmptyStateBody>
            A baseline says what hosts should be: made by hand, or from a host that is as it should be. Hosts
            that it is for are compared with it whenever they report.
          </EmptyStateBody>
          <EmptyStateFooter>{create}</EmptyStateFooter>
        </EmptyState>
      )}
      {list.data && !none && total === 0 && (
        <NothingFound what="baseline" clear={() => change({ name: undefined })} />
      )}
      {rows.length > 0 && (
        <>
          <BaselineTable
            baselines={rows}
            by={by}
            how={how}
            order={(order_by, order_how) => change({ order_by, order_how })}
            chosen={chosen}
            toggle={toggle}
            all={all}
            toggleAll={() => setChosen(all ? new Map() : new Map(rows.map(row => [row.id, row])))}
            copy={({ id, display_name }) => setCreating({ from: "copy", id, name: display_name })}
            remove={baseline => setDeleting([baseline])}
          />
          <Turner
            page={page}
            pages={Math.ceil(total / PER_PAGE)}
            go={to => change({ page: to > 1 ? to : undefined })}
          />
        </>
      )}
      {creating && <CreateDialog start={creating} close={() => setCreating(undefined)} />}
      {deleting && (
        <DeleteBaselines
          baselines={deleting}
          close={() => setDeleting(undefined)}
          done={() => setChosen(new Map())}
        />
      )}
    </div>
  );
}
