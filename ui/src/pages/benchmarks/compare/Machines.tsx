import { useQuery } from "@tanstack/react-query";
import { type Comparability, comparabilityOf, MOST_COMPARED } from "../../../api/fleet";
import { counted } from "../../../parts/format";
import { label } from "../../../parts/labels";

/** Whether the machines that results ran on were alike: if not, a difference may be the machine's and not the code's. */
export function Machines({ results }: { results: readonly { id: string }[] }) {
  const ids = results.slice(0, MOST_COMPARED).map(result => result.id);
  const { data } = useQuery(comparabilityOf(ids));
  if (!data || data.results.length < 2) return null;
  const others = data.results.filter(machine => !machine.comparable);
  const compared = counted(data.results.length, "result");
  if (others.length === 0) {
    return <p className="pl-subtle">✓ {compared} ran on machines alike.</p>;
  }
  return (
    <details className="pl-compare__machines" open>
      <summary>
        ⚠ {others.length} of {compared} ran on a machine that differs from that of the first: a difference may
        be the machine’s.
      </summary>
      <table className="pl-compare__facts">
        <thead>
          <tr>
            <th scope="col">Fact</th>
            <th scope="col">First</th>
            <th scope="col">Others</th>
            <th scope="col">Results</th>
          </tr>
        </thead>
        <tbody>
          {told(others).map(fact => (
            <tr key={`${fact.key}\n${fact.other}`}>
              <th scope="row" title={fact.key}>
                {label(fact.key)}
              </th>
              <td>{fact.first}</td>
              <td>{fact.other}</td>
              <td className="pl-num">{fact.results}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface Told {
  key: string;
  first: string;
  other: string;
  results: number;
}

/** So many facts are shown; they come in the order of how likely they explain something. */
const MOST_SHOWN = 12;

/** What differs, each with the number of results that it is so for: the likeliest explanation first. */
export function told(machines: Comparability["results"]): Told[] {
  const facts = new Map<string, Told>();
  for (const { differences } of machines) {
    for (const { key, before, after } of differences) {
      const [first, other] = [shown(before), shown(after)];
      const place = `${key}\n${other}`;
      const known = facts.get(place);
      if (known) known.results += 1;
      else facts.set(place, { key, first, other, results: 1 });
    }
  }
  return [...facts.values()].slice(0, MOST_SHOWN);
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
};
