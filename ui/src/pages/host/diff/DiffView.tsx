import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { curl } from "../../../api/curl";
import { diffOf, diffPath, type KeyChange } from "../../../api/fleet";
import { CopyButton } from "../../../parts/CopyButton";
import { sectionName } from "../../../parts/changes";
import { Failure } from "../../../parts/Failure";
import { count, counted, duration, exact } from "../../../parts/format";
import { type Side, sideOf, signOf, tally } from "./words";

interface DiffViewProps {
  id: string;
  from: number;
  to: number;
  isNow: boolean;
  close: () => void;
}

/** What differs between two moments, section by section. */
export function DiffView({ id, from, to, isNow, close }: DiffViewProps) {
  const diff = useQuery(diffOf(id, from, to));
  if (diff.error) {
    return (
      <Failure error={diff.error} what="The moments cannot be compared" retry={() => void diff.refetch()} />
    );
  }
  if (!diff.data) return <div className="pl-loading" />;
  const { sections } = diff.data;
  const all = sections.flatMap(section => section.changes);
  const apart = Date.parse(diff.data.to.at) - Date.parse(diff.data.from.at);
  return (
    <section className="pl-diff" aria-label="What differs">
      <header className="pl-diff__head">
        <p>
          <b>A</b> {exact(diff.data.from.at)} → <b>B</b> {isNow ? "now" : exact(diff.data.to.at)}
          <span className="pl-subtle">
            {" "}
            · {!isNow && `${duration(apart)} apart · `}
            {all.length === 0 ? "nothing differs" : tally(all)}
          </span>
        </p>
        <span className="pl-asof__acts">
          <CopyButton text={curl(diffPath(id, from, to))} label="Copy as curl" />
          <Button variant="link" size="sm" onClick={close}>
            Back to the host
          </Button>
        </span>
      </header>
      {sections.map(({ section, changes }) => (
        <section key={section} className="pl-section" aria-label={sectionName(section)}>
          <h2>
            {sectionName(section)}{" "}
            <span className="pl-subtle pl-num">{counted(changes.length, "change")}</span>
          </h2>
          <ChangeTable label={`What differs in ${sectionName(section)}`} changes={changes} />
        </section>
      ))}
    </section>
  );
}

const MOST = 500;

function ChangeTable({ label, changes }: { label: string; changes: readonly KeyChange[] }) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable for the keyboard */}
      <div className="pl-texts" tabIndex={0} role="region" aria-label={label}>
        <table className="pl-table pl-table--diff">
          <thead>
            <tr>
              <th scope="col" className="pl-diff__sign">
                <span className="pl-hidden">Kind</span>
              </th>
              <th scope="col">What</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
            </tr>
          </thead>
          <tbody>
            {changes.slice(0, MOST).map(change => {
              const { sign, name } = signOf(change);
              return (
                <tr key={`${sign}${change.key}`} className="pl-row">
                  <td className="pl-diff__sign" title={name}>
                    <span aria-hidden>{sign}</span>
                    <span className="pl-hidden">{name}</span>
                  </td>
                  <td title={change.key}>{change.key}</td>
                  <Cell side="before" change={change} />
                  <Cell side="after" change={change} />
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {changes.length > MOST && <p className="pl-subtle">and {count(changes.length - MOST)} more</p>}
    </>
  );
}

function Cell({ side, change }: { side: Side; change: KeyChange }) {
  const parts = sideOf(change, side);
  return (
    <td title={parts.map(part => part.text).join("")} className={`pl-diff__${side}`}>
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name, and never move
        <Fragment key={at}>{part.differs ? <mark>{part.text}</mark> : part.text}</Fragment>
      ))}
    </td>
  );
}
