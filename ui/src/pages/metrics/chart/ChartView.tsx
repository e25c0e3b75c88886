import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import ChartLineIcon from "@patternfly/react-icons/dist/esm/icons/chart-line-icon";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { endOf, useMoment } from "../../../frame/moment";
import { useDark } from "../../../frame/theme";
import { Failure } from "../../../parts/Failure";
import { counted } from "../../../parts/format";
import { useWidth } from "../../../parts/hooks";
import { loaded } from "../../../parts/loaded";
import type { Chart, Note } from "../document";
import { bounds, MOST_POINTS, type Range } from "../range";
import { momentText } from "./Crosshair";
import { styleOf } from "./draw";
import { hostNames, useHostChanges } from "./hosts";
import { Legend } from "./Legend";
import { type Loaded, loadChart } from "./load";
import type { PlacedMark } from "./MarkStrip";
import { Plot } from "./Plot";

const Changed = lazy(() => loaded(() => import("./Changed")));

export interface ChartViewProps {
  chart: Chart;
  range: Range;
  chosen: ReadonlyMap<string, readonly string[]>;
  refresh: number | false;
  utc: boolean;
  notes?: readonly Note[];
  height?: number;
  zoom: (from: number, to: number) => void;
  /** What to do about a chart without anything in it. */
  fill?: () => void;
}

/** A chart that asks for its values, while it is in sight, and shows what happened to its hosts. */
export function ChartView(props: ChartViewProps) {
  const { chart, range, chosen, refresh, utc, notes = [], height = 240, zoom, fill } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const [seen, near] = useInSight(frame);
  const dark = useDark();
  const asOf = useMoment();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [lit, light] = useState<string>();
  const [opened, setOpened] = useState<Opened>();
  const points = Math.min(MOST_POINTS, chart.points || Math.max(100, Math.ceil(width / 100) * 100));
  const empty = chart.metrics.length === 0 && chart.queries.every(query => query.expr.trim() === "");
  const asked = { queries: chart.queries, metrics: chart.metrics };
  const loaded = useQuery({
    queryKey: ["chart", asked, [...chosen], range, points, asOf],
    queryFn: ({ signal }) => loadChart(asked, chosen, bounds(range, endOf(asOf)), points, signal),
    enabled: seen && width > 0 && !empty,
    refetchInterval: near && "last" in range && asOf === undefined ? refresh : false,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    structuralSharing: false,
  });
  const data = loaded.data;
  const styles = useMemo(
    () => new Map(data?.series.map((each, at) => [each.key, styleOf(at, dark)])),
    [data, dark],
  );
  const named = useMemo(() => hostNames(data?.series ?? []), [data]);
  const changes = useHostChanges(named, data?.from ?? 0, data?.to ?? 0);
  const marks: PlacedMark[] = [
    ...changes.map(change => ({ ...change, open: () => setOpened(change) })),
    ...notes.map(note => ({
      key: `note ${note.at} ${note.text}`,
      at: note.at,
      kind: "note" as const,
      title: `${momentText(note.at, utc)}: ${note.text}`,
      open: () => undefined,
    })),
  ];
  const toggle = (key: string, alone: boolean) =>
    setHidden(before => {
      const all = data?.series.map(each => each.key) ?? [];
      if (alone)
        return before.size === all.length - 1 && !before.has(key)
          ? new Set()
          : new Set(all.filter(each => each !== key));
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <div ref={frame} className={`pl-chart${loaded.isPlaceholderData ? " pl-chart--waiting" : ""}`}>
      {empty && <NothingAsked fill={fill} />}
      {loaded.error && (
        <Failure error={loaded.error} what="The values cannot be shown" retry={() => void loaded.refetch()} />
      )}
      {!empty && !data && !loaded.error && (
        <div className="pl-chart__room" style={{ blockSize: height + 20 }} />
      )}
      {data && !empty && (
        <>
          {data.series.length === 0 ? (
            <p className="pl-chart__none" style={{ blockSize: height + 20 }}>
              No value from {momentText(data.from, utc)} to {momentText(data.to, utc)}. Ask for a longer
              range, or for other names.
            </p>
          ) : (
            <Plot
              data={data}
              chart={chart}
              height={height}
              utc={utc}
              label={summary(chart, data, utc)}
              hidden={hidden}
              lit={lit}
              styles={styles}
              marks={marks}
              zoom={zoom}
            />
          )}
          <Warnings texts={data.warnings} />
          {data.series.length > 0 && (
            <Legend
              data={data}
              units={chart.units}
              styles={styles}
              hidden={hidden}
              toggle={toggle}
              light={light}
            />
          )}
        </>
      )}
      {opened && (
        <Suspense fallback={null}>
          <Changed {...opened} close={() => setOpened(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

type Opened = ReturnType<typeof useHostChanges>[number];

const summary = (chart: Chart, data: Loaded, utc: boolean) =>
  `${chart.title || "Chart"}: ${counted(data.total, "series", "series")} from ${momentText(data.from, utc)} to ${momentText(data.to, utc)}`;

function NothingAsked({ fill }: { fill?: () => void }) {
  return (
    <EmptyState titleText="Nothing is drawn yet" headingLevel="h3" icon={ChartLineIcon} variant="xs">
      <EmptyStateBody>Give the chart an expression, or a metric from the list.</EmptyStateBody>
      {fill && (
        <EmptyStateFooter>
          <Button variant="secondary" size="sm" onClick={fill}>
            Choose what to draw
          </Button>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

function Warnings({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <details className="pl-chart__warnings">
      <summary>{counted(texts.length, "remark")} on the expression</summary>
      <ul>
        {texts.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  );
}

/** Whether an element was ever near the window, and whether it is now. */
function useInSight(frame: { current: HTMLElement | null }) {
  const [near, setNear] = useState(false);
  const seen = useRef(false);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new IntersectionObserver(entries => setNear(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: "300px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  seen.current ||= near;
  return [seen.current, near] as const;
}
