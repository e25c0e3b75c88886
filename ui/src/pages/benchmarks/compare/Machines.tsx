import { useQuery } from "@tanstack/react-query";
import { type Comparability, comparabilityOf, MOST_COMPARED } from "../../../api/fleet";
import { count, counted } from "../../../parts/format";
import { label } from "../../../parts/labels";

/** Whether the machines that results ran on were alike: if not, a difference may be the machine's and not the code's. */
export function Machines({ results }: { results: readonly { id: string }[] }) {
  const ids = results.slice(0, MOST_COMPARED).map(result => result.id);
  const { data } = useQuery(comparabilityOf(ids));
  if (!data || data.results.length < 2) return null;
  const others = data.results.filter(machine => !machine.comparable);
  const compared = counted(data.results.length, "result");
  const left = results.length - ids.length;
  const unseen = left > 0 && ` Only the first ${MOST_COMPARED} were looked at: ${count(left)} were not.`;
  if (others.length === 0) {
    return (
      <p className="pl-subtle">
        ✓ {compared} ran on machines alike.{unseen}
      </p>
    );
  }
  const facts = told(others);
  const more = facts.length - MOST_SHOWN;
  return (
    <details className="pl-compare__machines" open>
      <summary>
        ⚠ {others.length} of {compared} ran on a machine that differs from that of the first: a difference may
        be the machine’s.{unseen}
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
          {facts.slice(0, MOST_SHOWN).map(fact => (
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
      {more > 0 && <p className="pl-subtle">and {count(more)} more</p>}
    </details>
  );
}

type Category = Comparability["results"][number]["differences"][number]["category"];

interface Told {
  key: string;
  first: string;
  other: string;
  results: number;
}

/** So many facts are shown. */
const MOST_SHOWN = 12;

/** What facts are about, from what changes measurements most to what changes them least: the order of the API. */
const CATEGORIES: Record<Category, number> = {
  processor: 0,
  kernel: 1,
  firmware: 2,
  power: 3,
  memory: 4,
  system: 5,
  packages: 6,
  devices: 7,
  other: 8,
};

/** What differs, each with the number of results that it is so for: the likeliest explanation first. */
export function told(machines: Comparability["results"]): Told[] {
  const facts = new Map<string, Told & { category: Category }>();
  for (const { differences } of machines) {
    for (const { category, key, before, after } of differences) {
      const [first, other] = [shown(before), shown(after)];
      const place = `${key}\n${other}`;
      const known = facts.get(place);
      if (known) known.results += 1;
      else facts.set(place, { category, key, first, other, results: 1 });
    }
  }
  // Each machine's facts come in this order; those of several are put together.
  return [...facts.values()]
    .sort((a, b) => CATEGORIES[a.category] - CATEGORIES[b.category])
    .map(({ category: _, ...fact }) => fact);
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
};
