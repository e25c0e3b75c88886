import { Button } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  BENCHMARKS,
  type Benchmark,
  caller,
  decide,
  type Flavor,
  one,
  oneClaim,
  oneResult,
  type Site,
  type Submit,
  siteOf,
  submits,
} from "../../api/benchmarks";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { notify } from "../../parts/notices";
import { RelativeTime } from "../../parts/RelativeTime";
import { Head, Steps } from "./Head";
import { ViewResult } from "./ResultDialogs";
import { benchmarkName } from "./table";

/** What waits for an administrator: what was submitted, and results that were reported. */
export function ReviewPage() {
  const [page, setPage] = useState(1);
  useTitle("Review");
  const who = useQuery(caller);
  const isAdmin = who.data?.isAdmin ?? false;
  const queue = useQuery({ ...submits(page), enabled: isAdmin });
  return (
    <div className="pl-page pl-bench">
      <Head title="Review">
        {queue.data && (
          <span className="pl-subtle pl-num">{counted(queue.data.total, "entry", "entries")}</span>
        )}
      </Head>
      {who.data && !isAdmin && <p>Only administrators review. Nothing here is for you.</p>}
      {queue.error && (
        <Failure error={queue.error} what="The queue cannot be shown" retry={() => void queue.refetch()} />
      )}
      {queue.data?.total === 0 && (
        <section className="pl-panel pl-bench__empty">
          <h2>Nothing waits</h2>
          <p className="pl-subtle">
            Benchmarks, sites and flavors that are submitted, and results that are reported, come here.
          </p>
        </section>
      )}
      {queue.data?.items.map(entry => (
        <Entry key={`${entry.resource_type} ${entry.resource_id}`} entry={entry} />
      ))}
      <Steps page={page} pages={queue.data?.pages ?? 1} go={setPage} />
    </div>
  );
}

function Entry({ entry }: { entry: Submit }) {
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (verdict: "approve" | "reject") => decide(entry, verdict),
    onSuccess: (_, verdict) =>
      notify({
        kind: "success",
        text: `The ${entry.resource_type} is ${verdict === "approve" ? "approved" : "rejected"}`,
      }),
    // The lists; what was rejected is gone, and would be asked for in vain.
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [family, what, one] }) =>
          family === BENCHMARKS && one !== "one" && !["claim", "result", "site-of"].includes(String(what)),
      }),
  });
  const claim = entry.resource_type === "claim";
  return (
    <section className="pl-panel pl-review" aria-label={`${entry.resource_type} of ${entry.uploader.email}`}>
      <header>
        <b>{claim ? "reported result" : entry.resource_type}</b>
        <span className="pl-subtle">
          {entry.uploader.email} · <RelativeTime at={`${entry.upload_datetime}Z`} />
        </span>
      </header>
      <Details entry={entry} />
      {act.error && <Failure error={act.error} what="It did not work" />}
      <footer>
        <Button size="sm" isDisabled={act.isPending} onClick={() => act.mutate("approve")}>
          {claim ? "Approve: the result stays hidden" : "Approve"}
        </Button>
        <Button
          size="sm"
          variant="secondary"
          isDanger
          isDisabled={act.isPending}
          onClick={() => act.mutate("reject")}
        >
          {claim ? "Reject: the result is shown again" : "Reject"}
        </Button>
      </footer>
    </section>
  );
}

function Details({ entry }: { entry: Submit }) {
  const { resource_id: id } = entry;
  switch (entry.resource_type) {
    case "benchmark":
      return <BenchmarkDetails id={id} />;
    case "site":
      return <SiteDetails id={id} />;
    case "flavor":
      return <FlavorDetails id={id} />;
    case "claim":
      return <ClaimDetails id={id} />;
  }
}

function BenchmarkDetails({ id }: { id: string }) {
  const { data } = useQuery(one<Benchmark>("benchmarks", id));
  return (
    data && (
      <div>
        <p>
          <b>{benchmarkName(data)}</b> {data.description} ·{" "}
          <a href={data.url} target="_blank" rel="noreferrer noopener">
            {data.url}
          </a>
        </p>
        <details>
          <summary>Schema</summary>
          <pre className="pl-bench__code">{JSON.stringify(data.json_schema, null, 2)}</pre>
        </details>
      </div>
    )
  );
}

function SiteDetails({ id }: { id: string }) {
  const { data } = useQuery(one<Site>("sites", id));
  return (
    data && (
      <p>
        <b>{data.name}</b> · {data.address} {data.description && `· ${data.description}`}
      </p>
    )
  );
}

function FlavorDetails({ id }: { id: string }) {
  const { data } = useQuery(one<Flavor>("flavors", id));
  const site = useQuery(siteOf(id));
  return (
    data && (
      <p>
        <b>{data.name}</b> of {site.data?.name} {data.description && `· ${data.description}`}
      </p>
    )
  );
}

function ClaimDetails({ id }: { id: string }) {
  const claim = useQuery(oneClaim(id));
  const resultId = claim.data?.resource_id ?? "";
  const result = useQuery({ ...oneResult(resultId), enabled: resultId !== "" });
  const [viewing, setViewing] = useState(false);
  return (
    <div>
      <p>“{claim.data?.message}”</p>
      {result.data && (
        <p className="pl-subtle">
          {benchmarkName(result.data.benchmark)} at {result.data.site.name}{" "}
          <Button variant="link" size="sm" onClick={() => setViewing(true)}>
            View the result
          </Button>
        </p>
      )}
      {viewing && result.data && <ViewResult result={result.data} close={() => setViewing(false)} />}
    </div>
  );
}
