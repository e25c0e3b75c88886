import "./packages.css";
import "../overview/overview.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { failureOf } from "../../api/client";
import { packageHosts, packageVersions } from "../../api/packages";
import { useMoment } from "../../frame/moment";
import { Failure } from "../../parts/Failure";
import { count, counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { PageSteps } from "../../parts/PageSteps";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";

const route = getRouteApi("/packages/$name");
const PER_PAGE = 100;

/** One package: its versions, and the hosts that have them. */
export function PackagePage() {
  const { name } = route.useParams();
  const { version, page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  useTitle(name);
  const asOf = useMoment();
  const versions = useQuery(packageVersions(name, asOf));
  const hosts = useQuery(packageHosts(name, version, PER_PAGE, (page - 1) * PER_PAGE, asOf));
  const error = failureOf(versions) ?? failureOf(hosts);
  const found = versions.data?.versions ?? [];
  const most = Math.max(1, ...found.map(each => each.hosts));
  const total = hosts.data?.total ?? 0;
  return (
    <div className="pl-page pl-packages">
      <p className="pl-crumb">
        <Link to="/packages">Packages</Link>
      </p>
      <header className="pl-packages__head">
        <h1 className="pl-title">{name}</h1>
        {versions.data && <span className="pl-subtle pl-num">{counted(found.length, "version")}</span>}
        <Link to="/changes" search={{ find: name, section: ["installed_packages"], last: "30d" }}>
          Changes of a month
        </Link>
      </header>
      {error && (
        <Failure
          error={error}
          what="The package cannot be shown"
          retry={() => {
            void versions.refetch();
            void hosts.refetch();
          }}
        />
      )}
      {!versions.data && !error && <div className="pl-loading" />}
      {versions.data && !error && (
        <section className="pl-card" aria-labelledby="versions">
          <h2 id="versions">Versions</h2>
          <ul className="pl-bars">
            {found.map(each => (
              <li key={each.version}>
                <Link
                  to="/packages/$name"
                  params={{ name }}
                  search={each.version === version ? {} : { version: each.version }}
                  replace
                  aria-current={each.version === version ? "true" : undefined}
                >
                  <span className="pl-bars__name">
                    <code>{each.version}</code> <span className="pl-subtle">{each.arches.join(", ")}</span>
                  </span>
                  <span className="pl-bars__count pl-num">{count(each.hosts)}</span>
                  <span className="pl-bars__track">
                    <span style={{ inlineSize: `${(each.hosts / most) * 100}%` }} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {hosts.data && !error && (
        <section aria-labelledby="package-hosts">
          <h2 id="package-hosts" className="pl-packages__title">
            {counted(total, "host")}
            {version && (
              <>
                {" "}
                with <code>{version}</code> ·{" "}
                <Link to="/packages/$name" params={{ name }} search={{}} replace>
                  any version
                </Link>
              </>
            )}
          </h2>
          <ul className="pl-packages__hosts">
            {hosts.data.hosts.map(host => (
              <li key={host.id}>
                <Link
                  to="/hosts/$id"
                  params={{ id: host.id }}
                  search={{ section: "packages" }}
                  className="pl-name"
                >
                  {visible(host.display_name)}
                </Link>{" "}
                <span className="pl-subtle">
                  seen <RelativeTime at={host.last_check_in} />
                </span>
              </li>
            ))}
          </ul>
          {total > PER_PAGE && (
            <nav className="pl-packages__foot" aria-label="Pages of the list">
              <PageSteps
                page={page}
                pages={Math.ceil(total / PER_PAGE)}
                go={to => void navigate({ search: { version, page: to > 1 ? to : undefined } })}
              />
            </nav>
          )}
        </section>
      )}
    </div>
  );
}
