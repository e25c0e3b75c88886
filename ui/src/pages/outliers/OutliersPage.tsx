import "../compare/compare.css";
import "./outliers.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import EqualsIcon from "@patternfly/react-icons/dist/esm/icons/equals-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { NothingReported } from "../../actions/NothingReported";
import { outliers } from "../../api/drift";
import { useMoment } from "../../frame/moment";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { GroupPicker } from "../../parts/GroupPicker";
import { useTitle } from "../../parts/hooks";
import { NameField } from "../../parts/NameField";
import { useSteps } from "../../parts/steps";
import { toggled } from "../../parts/toggled";
import { CompareTabs } from "../compare/CompareTabs";
import { Details } from "./Details";
import { OddList } from "./OddList";
import { Picture } from "./Picture";
import type { OutliersSearch } from "./search";

const route = getRouteApi("/compare/outliers");

/** Which hosts are odd among those like them, as a picture, and what sets them apart. */
export function OutliersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Odd ones");
  const asOf = useMoment();
  const found = useQuery(outliers({ name: search.name, group_name: search.group_name, as_of: asOf }));
  const step = useSteps(search, navigate, ["name"]);
  const change = (changed: Partial<OutliersSearch>) => step({ ...search, ...changed });
  const filtered = search.name !== undefined || search.group_name !== undefined;
  const answer = found.data;
  const looked = answer?.outliers.find(each => each.id === search.host);
  const look = (id: string) => change({ host: id === search.host ? undefined : id });
  return (
    <div className="pl-page pl-odd">
      <header className="pl-compare__head pl-odd__head">
        <h1 className="pl-title">Compare</h1>
        <CompareTabs />
        <NameField asked={search.name ?? ""} ask={text => change({ name: text || undefined })} />
        <GroupPicker
          chosen={search.group_name ?? []}
          toggle={name => change({ group_name: toggled(search.group_name, name) })}
        />
        {answer && (
          <span className="pl-toolbar__end pl-subtle pl-num" role="status">
            {counted(answer.hosts, "host")} in {counted(answer.clusters.length, "cluster")}
          </span>
        )}
      </header>
      {found.error && (
        <Failure error={found.error} what="The odd ones cannot be shown" retry={() => void found.refetch()} />
      )}
      {!answer && !found.error && <div className="pl-loading" />}
      {answer?.hosts === 0 &&
        (filtered ? (
          <NothingFound what="host" clear={() => change({ name: undefined, group_name: undefined })} />
        ) : (
          <NothingReported />
        ))}
      {answer && answer.hosts > 0 && answer.outliers.length === 0 && (
        <EmptyState titleText="No host is odd" headingLevel="h2" icon={EqualsIcon} variant="sm">
          <EmptyStateBody>
            {answer.hosts < 5
              ? "A host is odd by facts that few others share: it takes more hosts to tell."
              : "Each host has its facts in common with enough others like it."}
          </EmptyStateBody>
        </EmptyState>
      )}
      {answer && answer.outliers.length > 0 && (
        <>
          <p className="pl-subtle pl-odd__words">
            Hosts that are alike form clusters. The farther to the right, the more a host differs from its own
            cluster: by facts that few others there share. Names, addresses and boot times count nothing, nor
            does what differs by itself, as processes do.
          </p>
          <div className={found.isPlaceholderData ? "pl-list__table--waiting" : undefined}>
            <Picture answer={answer} chosen={search.host} look={look} />
            {looked && (
              <Details
                key={looked.id}
                outlier={looked}
                cluster={answer.clusters[looked.cluster]}
                close={() => change({ host: undefined })}
              />
            )}
            <OddList answer={answer} chosen={search.host} look={look} />
          </div>
        </>
      )}
    </div>
  );
}
