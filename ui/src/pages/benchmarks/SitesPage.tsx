import { Button, SearchInput } from "@patternfly/react-core";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { caller, type Flavor, found, type Site } from "../../api/benchmarks";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useSettled, useTitle } from "../../parts/hooks";
import { Head, MayNotSend, Steps, useMaySend } from "./Head";
import { type PlaceAction, PlaceDialog } from "./PlaceDialog";

/** Sites, and the flavors of machines that each has. */
export function SitesPage() {
  const [text, setText] = useState("");
  const [page, setPage] = useState(1);
  const [doing, setDoing] = useState<PlaceAction>();
  const settled = useSettled(text, 250);
  useTitle("Sites");
  const who = useQuery(caller);
  const maySend = useMaySend();
  const sites = useQuery(found<Site>("sites", settled, page));
  return (
    <div className="pl-page pl-bench">
      <Head title="Sites">
        {sites.data && <span className="pl-subtle pl-num">{counted(sites.data.total, "site")}</span>}
      </Head>
      <MayNotSend />
      <div className="pl-bench__bar">
        <span className="pl-toolbar__name">
          <SearchInput
            value={text}
            placeholder="Name, address or words"
            aria-label="Find a site"
            onChange={(_, value) => {
              setText(value);
              setPage(1);
            }}
            onClear={() => setText("")}
          />
        </span>
        <span className="pl-toolbar__end">
          {maySend && (
            <Button size="sm" icon={<PlusIcon />} onClick={() => setDoing({ kind: "site" })}>
              New site
            </Button>
          )}
        </span>
      </div>
      {sites.error && (
        <Failure error={sites.error} what="The sites cannot be shown" retry={() => void sites.refetch()} />
      )}
      {sites.data?.total === 0 &&
        (settled ? (
          <NothingFound what="site" clear={() => setText("")} />
        ) : (
          <section className="pl-panel pl-bench__empty">
            <h2>There is no site yet</h2>
            <p className="pl-subtle">
              A site is where machines stand. What is submitted is shown once it is approved.
            </p>
          </section>
        ))}
      {sites.data?.items.map(site => (
        <section key={site.id} className="pl-panel pl-site" aria-label={site.name}>
          <header>
            <h2>{site.name}</h2>
            <span className="pl-subtle">{site.address}</span>
            {who.data?.isAdmin && (
              <Button
                variant="link"
                size="sm"
                aria-label={`Edit ${site.name}`}
                onClick={() => setDoing({ kind: "site", edited: site })}
              >
                Edit
              </Button>
            )}
          </header>
          {site.description && <p>{site.description}</p>}
          <Flavors site={site} act={setDoing} isAdmin={who.data?.isAdmin ?? false} maySend={maySend} />
        </section>
      ))}
      <Steps page={page} pages={sites.data?.pages ?? 1} go={setPage} />
      {doing && <PlaceDialog {...doing} close={() => setDoing(undefined)} />}
    </div>
  );
}

interface FlavorsProps {
  site: Site;
  act: (action: PlaceAction) => void;
  isAdmin: boolean;
  maySend: boolean;
}

function Flavors({ site, act, isAdmin, maySend }: FlavorsProps) {
  const [page, setPage] = useState(1);
  const flavors = useQuery(found<Flavor>(`sites/${site.id}/flavors`, "", page));
  return (
    <>
      <ul className="pl-site__flavors">
        {flavors.data?.items.map(flavor => (
          <li key={flavor.id}>
            <b>{flavor.name}</b> <span className="pl-subtle">{flavor.description}</span>
            {isAdmin && (
              <Button
                variant="link"
                size="sm"
                aria-label={`Edit ${flavor.name} of ${site.name}`}
                onClick={() => act({ kind: "flavor", site, edited: flavor })}
              >
                Edit
              </Button>
            )}
          </li>
        ))}
        {flavors.data?.total === 0 && <li className="pl-subtle">No flavor of machines yet</li>}
      </ul>
      <Steps page={page} pages={flavors.data?.pages ?? 1} go={setPage} />
      {maySend && (
        <Button
          variant="link"
          size="sm"
          aria-label={`New flavor of ${site.name}`}
          onClick={() => act({ kind: "flavor", site })}
        >
          New flavor
        </Button>
      )}
    </>
  );
}
