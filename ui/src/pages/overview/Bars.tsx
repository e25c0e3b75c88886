import { Link } from "@tanstack/react-router";
import { count } from "../../parts/format";
import { type Bar, type Beyond, foremost } from "./rows";

const MOST = 8;

interface BarsProps {
  id: string;
  title: string;
  rows: readonly Bar[];
  total: number;
  beyond?: Beyond;
}

/** How the hosts are spread, most first. */
export function Bars({ id, title, rows, total, beyond }: BarsProps) {
  const shown = foremost(rows, MOST, beyond);
  const most = Math.max(1, ...shown.map(row => row.hosts));
  return (
    <section className="pl-card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className="pl-bars">
        {shown.map(row => {
          const share = total > 0 ? Math.round((row.hosts / total) * 100) : 0;
          const inside = (
            <>
              <span className="pl-bars__name">{row.name}</span>
              <span className="pl-bars__count pl-num">{count(row.hosts)}</span>
              <span className="pl-bars__track">
                <span style={{ inlineSize: `${(row.hosts / most) * 100}%` }} />
              </span>
            </>
          );
          const hint = `${share} % of all${row.title ? ` · ${row.title}` : ""}`;
          return (
            <li key={row.key} title={hint}>
              {row.search ? (
                <Link to="/hosts" search={row.search}>
                  {inside}
                </Link>
              ) : (
                <span>{inside}</span>
              )}
            </li>
          );
        })}
        {shown.length === 0 && <li className="pl-subtle">none yet</li>}
      </ul>
    </section>
  );
}
