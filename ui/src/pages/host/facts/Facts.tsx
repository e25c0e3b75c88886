import { SearchInput } from "@patternfly/react-core";
import { useMemo } from "react";
import { count } from "../../../parts/format";
import { label } from "../../../parts/labels";
import { VirtualTable } from "../../../parts/VirtualTable";
import { visible } from "../../../parts/visible";
import type { Subject } from "../subject";
import type { HostView } from "../view";
import type { Fact } from "./flatten";
import { found, type Section, sectionsOf, sizeOf } from "./sections";

/** The sections that make the first view. */
const SUMMARY = ["system", "hardware", "identity", "cloud"];
/** Of a section with many hits, so many are shown beside the others. */
const HITS = 40;

interface FactsProps {
  subject: Subject;
  view: HostView;
  change: (change: Partial<HostView>) => void;
}

/** What is known of a host, section by section, with a field that looks through all of them. */
export function Facts({ subject, view, change }: FactsProps) {
  const all = useMemo(() => sectionsOf(subject.host, subject.profile), [subject.host, subject.profile]);
  const text = view.find?.trim() ?? "";
  const hits = useMemo(() => (text === "" ? all : found(all, text)), [all, text]);
  const chosen = view.section === undefined ? undefined : hits.find(section => section.id === view.section);
  const summary = hits.filter(section => SUMMARY.includes(section.id));
  const shown = chosen ? [chosen] : text === "" ? summary : hits;
  return (
    <div className="pl-facts-frame">
      <nav className="pl-rail" aria-label="Sections">
        <SearchInput
          value={view.find ?? ""}
          placeholder="Find in everything"
          aria-label="Find in the facts of this host"
          onChange={(_, value) => change({ find: value || undefined, section: undefined })}
          onClear={() => change({ find: undefined })}
        />
        <ul>
          <li>
            <button type="button" aria-current={!chosen} onClick={() => change({ section: undefined })}>
              {text === "" ? "Summary" : "All that matches"}
            </button>
          </li>
          {hits
            .filter(section => text !== "" || !SUMMARY.includes(section.id))
            .map(section => (
              <li key={section.id}>
                <button
                  type="button"
                  aria-current={section.id === chosen?.id}
                  onClick={() => change({ section: section.id })}
                >
                  {section.title}
                  <span className="pl-rail__count pl-num">{count(sizeOf(section))}</span>
                </button>
              </li>
            ))}
        </ul>
      </nav>
      <div className={chosen ? "pl-facts-body" : "pl-facts-body pl-facts-body--many"}>
        {shown.map(section => (
          <SectionView key={section.id} section={section} whole={chosen !== undefined} />
        ))}
        {hits.length === 0 && <p className="pl-subtle">Nothing here contains “{text}”.</p>}
        {all.length === 0 && <p className="pl-subtle">Nothing was reported of this host but its names.</p>}
      </div>
    </div>
  );
}

function SectionView({ section, whole }: { section: Section; whole: boolean }) {
  const rows = whole ? section.rows : section.rows?.slice(0, HITS);
  const rest = (section.rows?.length ?? 0) - (rows?.length ?? 0);
  return (
    <section className="pl-section" aria-labelledby={`section-${section.id}`}>
      <h2 id={`section-${section.id}`}>
        {section.title}
        {section.rows && <span className="pl-subtle pl-num"> {count(section.rows.length)}</span>}
      </h2>
      {section.facts && <FactList facts={section.facts} />}
      {rows && section.columns && (
        <VirtualTable label={section.title} columns={section.columns} rows={rows} />
      )}
      {rest > 0 && <p className="pl-subtle">and {count(rest)} more: choose the section</p>}
    </section>
  );
}

function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="pl-facts">
      {facts.map(fact => (
        <div key={fact.path}>
          <dt title={fact.path}>{label(fact.path)}</dt>
          <dd>{visible(fact.text)}</dd>
        </div>
      ))}
    </dl>
  );
}
