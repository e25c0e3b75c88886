import { Link } from "@tanstack/react-router";
import type { Overview } from "../../api/fleet";
import { count } from "../../parts/format";
import { AGES, AgeMark } from "../../parts/staleness";

/** How many hosts there are, and how many of them still report. */
export function States({ hosts }: { hosts: Overview["hosts"] }) {
  return (
    <section className="pl-card pl-states" aria-labelledby="states">
      <h2 id="states">Hosts</h2>
      <Link to="/hosts" className="pl-states__total pl-num">
        {count(hosts.total)}
      </Link>
      <div className="pl-states__bar" aria-hidden>
        {AGES.map(({ age }) =>
          hosts[age] ? (
            <span key={age} className={`pl-states__${age}`} style={{ flexGrow: hosts[age] }} />
          ) : null,
        )}
      </div>
      <ul>
        {AGES.map(({ age, meaning }) => (
          <li key={age}>
            <Link
              to="/hosts"
              search={{ staleness: [age] }}
              title={meaning}
              className={!hosts[age] ? "pl-states__none" : ""}
            >
              <AgeMark age={age} />
              <span className="pl-num">{count(hosts[age] ?? 0)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
