import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, fleet } from "./client";
import type { components } from "./generated/fleet";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

export type ChangeKind = "created" | "updated" | "seen" | "deleted";
/** The document calls the kind a text; these are all there are. */
export type Change = Omit<Schemas["ChangeOut"], "kind"> & { kind: ChangeKind };
export type Moment = Change & Pick<Schemas["TimelineEntry"], "fields" | "sections">;
export type Overview = Omit<Schemas["OverviewOut"], "latest"> & { latest: Change[] };
export type StreamEvent = Omit<Schemas["News"], "changes"> & { changes: Change[] };
/** The last thing that happened to a host and was a change, not a check-in. */
export type LastChange = Moment;
type Timeline = Omit<Schemas["Timeline"], "changes"> & { changes: Moment[] };

export type HostState = Schemas["HostState"];
export type KeyChange = Schemas["Difference"];
type Diff = Schemas["Diff"];
export type Comparability = Schemas["Comparability"];

const askOverview = ({ signal }: { signal: AbortSignal }) => ask<Overview>(fleet("/overview"), { signal });

export const overview = queryOptions({ queryKey: [KEYS.overview], queryFn: askOverview });

/** The fleet at a glance at a moment of the past: what was does not change. */
export const overviewAt = (asOf: string) =>
  queryOptions({
    queryKey: ["overview-at", asOf],
    queryFn: ({ signal }) =>
      ask<Overview>(fleet(`/overview?${new URLSearchParams({ as_of: asOf })}`), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A page of the hosts that there were at a moment for which a question was true then, by name. */
export const hostsAt = (asOf: string, question: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ["hosts-at", asOf, question, offset, limit],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ as_of: asOf, offset: String(offset), limit: String(limit) });
      if (question !== "") params.set("q", question);
      return ask<Schemas["ListedHosts"]>(fleet(`/hosts?${params}`), { signal });
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A host as it was at a moment. */
export const stateAt = (id: string, asOf: string) =>
  queryOptions({
    queryKey: ["state-at", id, asOf],
    queryFn: ({ signal }) =>
      ask<HostState>(fleet(`/hosts/${id}/state?${new URLSearchParams({ at: asOf })}`), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The same for who looks at it by the clock: under the key of the page it would be asked after each report, on every page. */
export const watchedOverview = queryOptions({ queryKey: ["watched-overview"], queryFn: askOverview });

/** The newest changes of a host that were more than a check-in, newest first. */
export const timelineOf = (id: string, limit = 200) =>
  queryOptions({
    queryKey: [KEYS.timeline, id, limit],
    queryFn: ({ signal }) => {
      const params = new URLSearchParams({ limit: String(limit), volatile: "false" });
      for (const kind of ["created", "updated", "deleted"]) params.append("kind", kind);
      return ask<Timeline>(fleet(`/hosts/${id}/timeline?${params}`), {
        signal,
      });
    },
    placeholderData: keepPreviousData,
  });

/**
 * The last changes of up to a hundred hosts, by id: asked for with each answer that named the hosts (`asOf`), as their tags are.
 */
export const lastChangesOf = (ids: readonly string[], asOf: number) =>
  queryOptions({
    queryKey: ["last-changes-of", asOf, ...ids],
    queryFn: async ({ signal }) => {
      const path = fleet(`/hosts/${ids.join(",")}/last-change`);
      const { changes } = await ask<{ changes: LastChange[] }>(path, { signal });
      return Object.fromEntries(changes.map(change => [change.host.id, change]));
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });

export const stateOfPath = (id: string, seq: number) => fleet(`/hosts/${id}/state?seq=${seq}`);

/** A host as it was. What was does not change: it is asked for once. */
export const stateOf = (id: string, seq: number) =>
  queryOptions({
    queryKey: ["state", id, seq],
    queryFn: ({ signal }) => ask<HostState>(stateOfPath(id, seq), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const diffPath = (id: string, from: number, to: number) =>
  fleet(`/hosts/${id}/diff?from_seq=${from}&to_seq=${to}`);

export const diffOf = (id: string, from: number, to: number) =>
  queryOptions({
    queryKey: ["diff", id, from, to],
    queryFn: ({ signal }) => ask<Diff>(diffPath(id, from, to), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** So many results of benchmarks are held against the first at once. */
export const MOST_COMPARED = 20;

/** How the machines that results of benchmarks ran on differ from that of the first. */
export const comparabilityOf = (results: readonly string[]) =>
  queryOptions({
    queryKey: ["comparability", ...results],
    queryFn: ({ signal }) =>
      ask<Comparability>(fleet(`/comparability?results=${results.join(",")}`), { signal }),
    enabled: results.length > 1,
  });
