import { Button } from "@patternfly/react-core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { type Benchmark, caller, one, type Result, results } from "../../api/benchmarks";
import { NothingFound } from "../../parts/Empty";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { loaded } from "../../parts/loaded";
import { notify } from "../../parts/notices";
import { useSteps } from "../../parts/steps";
import { Columns } from "./Columns";
import { BenchmarkPicker, FlavorPicker, SitePicker, TagPicker } from "./Entity";
import { exported } from "./export";
import { FilterForm } from "./FilterForm";
import { Head, Steps } from "./Head";
import { suggestions } from "./paths";
import { ResultDialogs } from "./ResultDialogs";
import { type ResultAction, ResultTable } from "./ResultTable";
import { isNarrowed, queryOf, type ResultsSearch, SIZES } from "./search";

const Compare = lazy(() => loaded(() => import("./compare/Compare")));

const route = getRouteApi("/benchmarks");

/** Results: found, chosen, compared and taken away. */
export function ResultsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Result>>(new Map());
  const [doing, setDoing] = useState<{ action: ResultAction; result: Result }>();
  useTitle("Benchmarks");
  const who = useQuery(caller);
  const { page = 1, per_page = 20 } = search;
  const found = useQuery(results(queryOf(search), page, per_page));
  const benchmark = useQuery({
    ...one<Benchmark>("benchmarks", search.benchmark ?? ""),
    enabled: !!search.benchmark,
  });
  const step = useSteps(search, navigate);
  const change = (changed: Partial<ResultsSearch>) => step({ ...search, page: undefined, ...changed });
  const items = found.data?.items ?? [];
  const paths = useMemo(
    () =>
      suggestions(
        benchmark.data?.json_schema,
        (found.data?.items ?? []).slice(0, 20).map(each => each.json),
      ),
    [benchmark.data, found.data],
  );
  const columns = search.columns ?? [];
  const narrowed = isNarrowed(search);
  const clear = () => void navigate({ search: {} });
  const save = async (kind: "csv" | "json") => {
    try {
      await exported(client, kind, queryOf(search), chosen, columns);
    } catch (error) {
      notify({ kind: "danger", text: `The export failed: ${(error as Error).message}` });
    }
  };
  const chooseBenchmark = (id: string | undefined) => {
    if (chosen.size > 0) notify({ kind: "info", text: "Another benchmark: nothing is chosen any more" });
    setChosen(new Map());
    change({ benchmark: id, columns: undefined, x: undefined, y: undefined });
  };
  return (
    <div className="pl-page pl-bench">
      <Head title="Benchmarks">
        {found.data && <span className="pl-subtle pl-num">{counted(found.data.total, "result")}</span>}
      </Head>
      <div className="pl-bench__bar">
        <BenchmarkPicker chosen={search.benchmark} choose={chooseBenchmark} />
        <SitePicker chosen={search.site} choose={site => change({ site, flavor: undefined })} />
        {search.site && (
          <FlavorPicker site={search.site} chosen={search.flavor} choose={flavor => change({ flavor })} />
        )}
        <TagPicker
          chosen={search.tags ?? []}
          choose={tags => change({ tags: tags.length > 0 ? tags : undefined })}
        />
        {(["after", "before"] as const).map(end => (
          <label key={end} className="pl-bench__date">
            Executed {end}
            <input
              type="date"
              className="pl-select"
              value={search[end] ?? ""}
              max={new Date().toISOString().slice(0, 10)}
              onChange={event => change({ [end]: event.target.value || undefined })}
            />
          </label>
        ))}
        {narrowed && (
          <Button variant="link" size="sm" onClick={clear}>
            Clear all
          </Button>
        )}
      </div>
      <FilterForm
        filters={search.filters ?? []}
        suggestions={paths}
        apply={filters => change({ filters: filters.length > 0 ? filters : undefined })}
      />
      <div className="pl-bench__bar">
        <Columns
          columns={columns}
          suggestions={paths}
          change={next => change({ columns: next, page: search.page })}
        />
        <label className="pl-bench__date">
          A page
          <select
            className="pl-select"
            value={per_page}
            onChange={event => change({ per_page: Number(event.target.value) })}
          >
            {SIZES.map(size => (
              <option key={size}>{size}</option>
            ))}
          </select>
        </label>
        <span className="pl-toolbar__end">
          <span className="pl-subtle" role="status">
            {chosen.size > 0 && `${counted(chosen.size, "result")} chosen`}
          </span>
          {chosen.size > 0 && (
            <Button variant="link" size="sm" onClick={() => setChosen(new Map())}>
              Choose none
            </Button>
          )}
          {(["csv", "json"] as const).map(kind => (
            <Button
              key={kind}
              variant="secondary"
              size="sm"
              isDisabled={items.length === 0}
              onClick={() => void save(kind)}
            >
              {kind.toUpperCase()} of {chosen.size > 0 ? "the chosen" : "all"}
            </Button>
          ))}
        </span>
      </div>
      {found.error && (
        <Failure error={found.error} what="The results cannot be shown" retry={() => void found.refetch()} />
      )}
      {!found.data && !found.error && <div className="pl-loading" />}
      {found.data &&
        items.length === 0 &&
        (narrowed ? <NothingFound what="result" clear={clear} /> : <NoResults />)}
      {chosen.size > 0 && (
        <Suspense fallback={<div className="pl-panel pl-bench__room" />}>
          <Compare
            results={[...chosen.values()]}
            suggestions={paths}
            x={search.x ?? ""}
            y={search.y ?? ""}
            change={places => change({ ...places, page: search.page })}
          />
        </Suspense>
      )}
      {items.length > 0 && (
        <>
          <ResultTable
            results={items}
            columns={columns}
            sort={search.sort}
            order={sort => change({ sort })}
            chosen={chosen}
            toggle={(some, on) =>
              setChosen(before => {
                const next = new Map(before);
                for (const result of some)
                  if (on) next.set(result.id, result);
                  else next.delete(result.id);
                return next;
              })
            }
            isAdmin={who.data?.isAdmin ?? false}
            maySend={who.data?.state === "registered"}
            act={(action, result) => setDoing({ action, result })}
          />
          {chosen.size === 0 && <p className="pl-subtle">Choose results to compare them in a picture.</p>}
          <Steps
            page={page}
            pages={found.data?.pages ?? 1}
            go={to => void navigate({ search: { ...search, page: to > 1 ? to : undefined } })}
          />
        </>
      )}
      {doing && <ResultDialogs {...doing} close={() => setDoing(undefined)} />}
    </div>
  );
}

function NoResults() {
  return (
    <section className="pl-panel pl-bench__empty">
      <h2>There is no result yet</h2>
      <p className="pl-subtle">
        A result is a JSON document that belongs to a benchmark and to a flavor of a site. Submit a benchmark
        and a site first, then results of them.
      </p>
      <Link to="/benchmarks/submit">Submit something</Link>
    </section>
  );
}
