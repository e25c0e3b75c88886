import "./search.css";
import SearchIcon from "@patternfly/react-icons/dist/esm/icons/search-icon";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useSettled } from "../../parts/hooks";
import { visible } from "../../parts/visible";
import { type Finding, useFindings } from "./findings";

/** One field for hosts, tags, groups and pages: type, choose with the arrows, Enter goes there. */
export default function Search({ close }: { close: () => void }) {
  const [text, setText] = useState("");
  const asked = useSettled(text.trim(), 120);
  const { sections, isLoading, error } = useFindings(asked);
  const flat = sections.flatMap(section => section.findings);
  const [active, setActive] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const navigate = useNavigate();
  const at = Math.min(active, flat.length - 1);

  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, list]);

  const go = (finding: Finding | undefined) => {
    if (!finding) return;
    close();
    void navigate(finding.to);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && flat.length > 0) {
      event.preventDefault();
      setActive((at + step + flat.length) % flat.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // What is shown may be the answer to an older text.
      if (asked === text.trim()) go(flat[at]);
    }
  };

  let index = -1;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog closes it; Escape does for the keyboard
    <dialog
      ref={dialog}
      className="pl-search"
      aria-label="Find"
      onClose={close}
      onClick={event => event.target === dialog.current && close()}
    >
      <div className="pl-search__box">
        <div className="pl-search__field">
          <SearchIcon aria-hidden />
          <input
            autoFocus
            value={text}
            onChange={event => {
              setText(event.target.value);
              setActive(0);
            }}
            onKeyDown={press}
            placeholder="Name, id, address, tag or group"
            aria-label="Find hosts, tags and groups"
            role="combobox"
            aria-expanded
            aria-controls={list}
            aria-activedescendant={flat.length > 0 ? `${list}-${at}` : undefined}
            autoComplete="off"
            spellCheck={false}
          />
          <kbd>Esc</kbd>
        </div>
        <div id={list} role="listbox" aria-label="Found" className="pl-search__list" aria-busy={isLoading}>
          {sections.map(section => (
            <div key={section.name} role="group" aria-label={section.name}>
              <div className="pl-search__title" aria-hidden>
                {section.name}
              </div>
              {section.findings.map(finding => {
                index += 1;
                const own = index;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses from the field
                  // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active one
                  <div
                    key={finding.key}
                    id={`${list}-${own}`}
                    role="option"
                    aria-selected={own === at}
                    className="pl-search__one"
                    onClick={() => go(finding)}
                    onPointerMove={() => setActive(own)}
                  >
                    <finding.Icon aria-hidden />
                    <span className="pl-search__name">{visible(finding.name)}</span>
                    <span className="pl-search__note">{finding.note}</span>
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        {error && <p className="pl-search__none">{error.message}</p>}
        {!error && !isLoading && flat.length === 0 && (
          <p className="pl-search__none">Nothing is called so.</p>
        )}
        <p className="pl-search__help">
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> open
        </p>
      </div>
    </dialog>
  );
}
