import "./packages.css";
import { EmptyState, EmptyStateBody } from "@patternfly/react-core";
import CubesIcon from "@patternfly/react-icons/dist/esm/icons/cubes-icon";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { failureOf } from "../../api/client";
import { packageSearch } from "../../api/packages";
import { useMoment } from "../../frame/moment";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { count, counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { NameField } from "../../parts/NameField";
import { PageSteps } from "../../parts/PageSteps";
import { useSteps } from "../../parts/steps";
import type { PackagesSearch } from "./search";

const route = getRouteApi("/packages");
const PER_PAGE = 100;

/** Which packages there are, and how far they are spread. */
export function PackagesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle("Packages");
  const page = search.page ?? 1;
  const asOf = useMoment();
  const found = useQuery(packageSearch(search.find ?? "", PER_PAGE, (page - 1) * PER_PAGE, asOf));
  const error = failureOf(found);
  const step = useSteps(search, navigate, ["find"]);
  const change = (changed: Partial<PackagesSearch>) => step({ ...search, page: undefined, ...changed });
  const total = found.data?.total ?? 0;
  const none = found.data && total === 0;
  return (
    <div className="pl-page pl-packages">
      <header className="pl-packages__head">
        <h1 className="pl-title">Packages</h1>
        {found.data && <span className="pl-subtle pl-num">{counted(total, "package")}</span>}
        <NameField asked={search.find ?? ""} ask={find => change({ find: find || undefined })} />
      </header>
      {error && (
        <Failure error={error} what="The packages cannot be shown" retry={() => void found.refetch()} />
      )}
      {!found.data && !error && <div className="pl-loading" />}
      {none && search.find && <NothingFound what="package" clear={() => change({ find: undefined })} />}
      {none && !search.find && (
        <EmptyState
          titleText={asOf ? "No host had told its packages by then" : "No host has told its packages"}
          headingLevel="h2"
          icon={CubesIcon}
          variant="sm"
        >
          <EmptyStateBody>They stand here as soon as a report lists some.</EmptyStateBody>
        </EmptyState>
      )}
      {found.data && total > 0 && (
        <>
          <table className="pl-table pl-packages__table">
            <thead>
              <tr>
                <th scope="col">Package</th>
                <th scope="col" className="pl-table__numeric">
                  Versions
                </th>
                <th scope="col" className="pl-table__numeric">
                  Hosts
                </th>
              </tr>
            </thead>
            <tbody>
              {found.data.packages.map(each => (
                <tr key={each.name} className="pl-row">
                  <td>
                    <Link to="/packages/$name" params={{ name: each.name }} className="pl-name">
                      {each.name}
                    </Link>
                  </td>
                  <td className="pl-table__numeric">{count(each.versions)}</td>
                  <td className="pl-table__numeric">{count(each.hosts)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <nav className="pl-packages__foot" aria-label="Pages of the list">
            <PageSteps
              page={page}
              pages={Math.max(1, Math.ceil(total / PER_PAGE))}
              go={to => change({ page: to > 1 ? to : undefined })}
            />
          </nav>
        </>
      )}
    </div>
  );
}
