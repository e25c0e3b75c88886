import "./baselines.css";
import { Button, DropdownItem } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Baseline, oneBaseline } from "../../api/baselines";
import { download } from "../../parts/download";
import { Failure } from "../../parts/Failure";
import { count, counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { TextMenu } from "../../parts/menus";
import { RelativeTime } from "../../parts/RelativeTime";
import { useSteps } from "../../parts/steps";
import { visible } from "../../parts/visible";
import { CreateDialog } from "./CreateDialog";
import { DeleteBaselines, RenameBaseline } from "./Dialogs";
import { factsCsv, fileName } from "./export";
import { FactEditor } from "./FactEditor";
import { HostsOfBaseline } from "./HostsOfBaseline";
import { Notifications } from "./Notifications";

const route = getRouteApi("/baselines/$id");

/** One baseline: what hosts should be, and for which hosts. */
export function BaselinePage() {
  const { id } = route.useParams();
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const step = useSteps(view, navigate, ["find"]);
  const found = useQuery(oneBaseline(id));
  const baseline = found.data;
  useTitle(baseline?.display_name ?? "Baseline");
  if (found.error) {
    return (
      <div className="pl-page">
        <p className="pl-crumb">
          <Link to="/baselines">Baselines</Link>
        </p>
        <Failure error={found.error} what="The baseline cannot be shown" retry={() => void found.refetch()} />
      </div>
    );
  }
  if (!baseline) return <div className="pl-loading" />;
  const change = (changed: Partial<typeof view>) => step({ ...view, ...changed });
  const isFacts = view.tab === undefined;
  return (
    <div className="pl-page pl-page--list">
      <Header baseline={baseline} />
      <div className="pl-subnav pl-baseline__tabs" role="group" aria-label="Parts of the baseline">
        <button type="button" aria-pressed={isFacts} onClick={() => change({ tab: undefined })}>
          Facts
        </button>
        <button
          type="button"
          aria-pressed={!isFacts}
          onClick={() => change({ tab: "hosts", find: undefined })}
        >
          Hosts <span className="pl-num">{count(baseline.mapped_system_count ?? 0)}</span>
        </button>
      </div>
      {isFacts ? (
        <FactEditor
          key={id}
          baseline={baseline}
          find={view.find ?? ""}
          sort={view.sort}
          order={sort => change({ sort })}
          look={find => change({ find })}
        />
      ) : (
        <HostsOfBaseline key={id} baseline={baseline} />
      )}
    </div>
  );
}

function Header({ baseline }: { baseline: Baseline }) {
  const navigate = route.useNavigate();
  const [doing, setDoing] = useState<"rename" | "copy" | "delete">();
  const close = () => setDoing(undefined);
  const act = (name: string, what: typeof doing) => (
    <Button size="sm" variant="secondary" onClick={() => setDoing(what)}>
      {name}
    </Button>
  );
  return (
    <header className="pl-groups__head pl-groups__head--one">
      <p className="pl-crumb">
        <Link to="/baselines">Baselines</Link>
      </p>
      <h1 className="pl-title">{visible(baseline.display_name)}</h1>
      <span className="pl-subtle pl-num">
        {counted(baseline.fact_count, "fact or category", "facts and categories")} · changed{" "}
        <RelativeTime at={baseline.updated} />
      </span>
      <span className="pl-toolbar__end pl-baseline__acts">
        <Notifications baseline={baseline} label />
        <Button
          size="sm"
          variant="secondary"
          onClick={() =>
            void navigate({ to: "/compare", search: { baseline_ids: [baseline.id], add: "hosts" } })
          }
        >
          Compare
        </Button>
        {act("Rename", "rename")}
        {act("Copy", "copy")}
        <TextMenu label="Download">
          <DropdownItem
            description="as plumbline baseline create --facts takes them"
            onClick={() =>
              download(
                `${fileName(baseline.display_name)}.json`,
                `${JSON.stringify(baseline.baseline_facts ?? [], null, 2)}\n`,
                "application/json",
              )
            }
          >
            As JSON
          </DropdownItem>
          <DropdownItem
            onClick={() => download(`${fileName(baseline.display_name)}.csv`, factsCsv(baseline), "text/csv")}
          >
            As CSV
          </DropdownItem>
        </TextMenu>
        {act("Delete", "delete")}
      </span>
      {doing === "rename" && <RenameBaseline baseline={baseline} close={close} />}
      {doing === "copy" && (
        <CreateDialog start={{ from: "copy", id: baseline.id, name: baseline.display_name }} close={close} />
      )}
      {doing === "delete" && (
        <DeleteBaselines
          baselines={[baseline]}
          close={close}
          done={() => void navigate({ to: "/baselines" })}
        />
      )}
    </header>
  );
}
