import type { Outliers } from "../../api/drift";
import { count } from "../../parts/format";
import { visible } from "../../parts/visible";

interface OddListProps {
  answer: Outliers;
  chosen: string | undefined;
  look: (id: string) => void;
}

/** The same hosts as a list, the oddest first, with what says most about each. */
export function OddList({ answer, chosen, look }: OddListProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard
    <div className="pl-odd__scroll" tabIndex={0} role="region" aria-label="Odd hosts">
      <table className="pl-table pl-table--odd">
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col" className="pl-table__numeric">
              Bits
            </th>
            <th scope="col" className="pl-table__numeric">
              Cluster of
            </th>
            <th scope="col">Most telling</th>
          </tr>
        </thead>
        <tbody>
          {answer.outliers.map(outlier => {
            const [first, ...rest] = outlier.facts;
            return (
              <tr key={outlier.id} className={`pl-row${outlier.id === chosen ? " pl-row--chosen" : ""}`}>
                <td>
                  <button
                    type="button"
                    className="pl-odd__name"
                    aria-pressed={outlier.id === chosen}
                    onClick={() => look(outlier.id)}
                  >
                    {visible(outlier.display_name)}
                  </button>
                </td>
                <td className="pl-table__numeric">{count(Math.round(outlier.score))}</td>
                <td className="pl-table__numeric">{count(answer.clusters[outlier.cluster]?.hosts ?? 0)}</td>
                <td>
                  {first && (
                    <>
                      {first.name}: {first.value ?? "missing"}{" "}
                      <span className="pl-subtle">
                        not {first.usual ?? "there elsewhere"}
                        {rest.length > 0 && `, and ${count(rest.length)} more`}
                      </span>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
