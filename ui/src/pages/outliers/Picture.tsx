import type { Outliers } from "../../api/drift";
import { count, counted } from "../../parts/format";
import { useWidth } from "../../parts/hooks";
import { visible } from "../../parts/visible";
import { type Dot, swarm, ticks } from "./swarm";

/** How wide and high a dot is with what can be touched around it; outliers.css has the same. */
const DOT = 24;
/** Clusters that are drawn; the others have their hosts in the list. */
const DRAWN = 12;

interface PictureProps {
  answer: Outliers;
  chosen: string | undefined;
  look: (id: string) => void;
}

/** A row for each cluster, a dot for each odd host in it: the farther to the right, the odder. */
export function Picture({ answer, chosen, look }: PictureProps) {
  const [plot, width] = useWidth<HTMLDivElement>();
  const most = Math.max(...answer.outliers.map(outlier => outlier.score)) * 1.04;
  const rows = answer.clusters
    .map((cluster, at) => ({
      at,
      cluster,
      odd: answer.outliers.filter(outlier => outlier.cluster === at),
    }))
    .filter(row => row.odd.length > 0);
  const apart = (DOT / (width || 900)) * 100;
  const drawn = rows.slice(0, DRAWN);
  const calm = answer.clusters.length - rows.length;
  return (
    <figure className="pl-swarm" aria-label="Odd hosts by cluster">
      {drawn.map(({ at, cluster, odd }) => {
        const dots = swarm(odd, most, apart);
        return (
          <div key={at} className="pl-swarm__row">
            <div className="pl-swarm__name">
              <b className="pl-num">{counted(cluster.hosts, "host")}</b>
              <span className="pl-subtle">like {visible(cluster.examples[0]?.display_name ?? "")}</span>
            </div>
            <Dots dots={dots} size={cluster.hosts} chosen={chosen} look={look} />
          </div>
        );
      })}
      <div className="pl-swarm__row pl-swarm__axis" aria-hidden>
        <div className="pl-swarm__name pl-subtle">how odd, in bits</div>
        <div className="pl-swarm__plot" ref={plot}>
          {ticks(most).map(tick => (
            <span key={tick} className="pl-num" style={{ insetInlineStart: `${(tick / most) * 100}%` }}>
              {count(tick)}
            </span>
          ))}
        </div>
      </div>
      <figcaption className="pl-subtle">
        {[
          rows.length > DRAWN && `${count(rows.length - DRAWN)} more clusters are in the list below`,
          calm > 0 &&
            `${counted(calm, "cluster")} without an odd host ${calm === 1 ? "is" : "are"} not shown`,
        ]
          .filter(Boolean)
          .join(" · ")}
      </figcaption>
    </figure>
  );
}

interface DotsProps {
  dots: readonly Dot[];
  size: number;
  chosen: string | undefined;
  look: (id: string) => void;
}

function Dots({ dots, size, chosen, look }: DotsProps) {
  const lanes = Math.max(...dots.map(dot => dot.lane)) + 1;
  return (
    <div className="pl-swarm__plot" style={{ blockSize: lanes * DOT }}>
      {dots.map(({ outlier, x, lane }) => (
        <button
          key={outlier.id}
          type="button"
          className="pl-swarm__dot"
          style={{ insetInlineStart: `${x}%`, insetBlockStart: lane * DOT }}
          aria-pressed={outlier.id === chosen}
          aria-label={`${visible(outlier.display_name)}, odd by ${count(Math.round(outlier.score))} bits among ${counted(size, "host")}`}
          title={`${visible(outlier.display_name)} · ${Math.round(outlier.score)} bits`}
          onClick={() => look(outlier.id)}
        />
      ))}
    </div>
  );
}
