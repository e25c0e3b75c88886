import { useQuery } from "@tanstack/react-query";
import { type Comparability, comparabilityOf, MOST_COMPARED } from "../../../api/fleet";
import { sectionName } from "../../../parts/changes";
import { count, counted } from "../../../parts/format";
import { label } from "../../../parts/labels";
import { visible } from "../../../parts/visible";

/** Whether the machines that results ran on were alike: if not, a difference may be the machine's and not the code's. */
export function Machines({ results }: { results: readonly { id: string }[] }) {
  const ids = results.slice(0, MOST_COMPARED).map(result => result.id);
  const { data } = useQuery(comparabilityOf(ids));
  if (!data || data.results.length < 2) return null;
  const others = data.results.filter(machine => !machine.comparable);
  const compared = counted(data.results.length, "result");
  const nameless = data.unknown.length;
  const left = results.length - ids.length;
  const unseen = [
    left > 0 && ` Only the first ${MOST_COMPARED} were looked at: ${count(left)} were not.`,
    nameless > 0 && ` ${counted(nameless, "result names", "results name")} no machine.`,
  ];
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
            <tr key={`${fact.section}\n${fact.key}\n${fact.other}`}>
              <th scope="row" title={fact.key}>
                {isOfList(fact) ? (
                  <>
                    {visible(fact.key)} <span className="pl-subtle">{sectionName(fact.section)}</span>
                  </>
                ) : (
                  label(fact.key)
                )}
              </th>
              <td>{visible(fact.first)}</td>
              <td>{visible(fact.other)}</td>
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
  section: string;
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

/** Members of a list of the profile go by their own names, small facts by a label. */
const isOfList = ({ section }: Told) => section !== "facts" && section !== "host";

/** What differs, each with the number of results that it is so for: the likeliest explanation first. */
export function told(machines: Comparability["results"]): Told[] {
  // Each machine's facts come in this order; those of several are put together, what is said of one fact side by side.
  const all = machines
    .flatMap(({ differences }) => differences)
    .sort((a, b) => CATEGORIES[a.category] - CATEGORIES[b.category]);
  const facts = new Map<string, Map<string, Told>>();
  for (const { section, key, before, after } of all) {
    const name = `${section}\n${key}`;
    const answers = facts.get(name) ?? new Map<string, Told>();
    facts.set(name, answers);
    const other = shown(key, after);
    const known = answers.get(other);
    if (known) known.results += 1;
    else answers.set(other, { section, key, first: shown(key, before), other, results: 1 });
  }
  return [...facts.values()].flatMap(answers => [...answers.values()]);
}

/** A value as people read it; what has no more than its name is there, or is not. */
const shown = (key: string, value: unknown): string => {
  if (value === null || value === undefined) return "missing";
  if (value === key) return "there";
  return typeof value === "string" ? value : JSON.stringify(value);
};
