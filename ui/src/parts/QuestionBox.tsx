import "./question.css";
import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { type Completion, completed, completionsOf, countOf } from "../api/questions";
import { counted } from "./format";
import { useSettled } from "./hooks";
import { visible } from "./visible";

const EXAMPLE = 'os:"RHEL 9" and (tag:env=prod or group:web*) and not state:stale';

interface QuestionBoxProps {
  /** The question that is asked; empty for none. */
  asked: string;
  ask: (question: string | undefined) => void;
  /** The moment that it is about; now without one. */
  asOf?: string;
}

/** A whole question as one text, as the API and the command line take it; what may follow is offered while it is written. */
export function QuestionBox({ asked, ask, asOf }: QuestionBoxProps) {
  const [text, setText] = useState(asked);
  const [cursor, setCursor] = useState(asked.length);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => setText(asked), [asked]);

  const before = useSettled(text.slice(0, cursor), 80);
  const offered = useQuery({ ...completionsOf(before), enabled: isOpen });
  const isCurrent = before === text.slice(0, cursor);
  const completions = isOpen ? (offered.data?.completions ?? []) : [];
  const count = useQuery(countOf(useSettled(text.trim(), 300), asOf));

  const isShown = completions.length > 0;
  const at = Math.min(active, completions.length - 1);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, id]);

  const write = (next: string, at: number) => {
    setText(next);
    setCursor(at);
    setActive(-1);
  };
  const take = (completion: Completion | undefined) => {
    if (!completion || !offered.data || !isCurrent) return;
    const next = completed(offered.data.kept, completion.text, text.slice(cursor));
    // The field has its text before the cursor is put, and both before the next key.
    flushSync(() => write(next.text, next.cursor));
    field.current?.focus();
    field.current?.setSelectionRange(next.cursor, next.cursor);
  };
  const submit = () => {
    setOpen(false);
    ask(text.trim() || undefined);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      // With nothing chosen, up leads to the last.
      const from = at < 0 && step < 0 ? 0 : at;
      if (isShown) setActive((from + step + completions.length) % completions.length);
    } else if (event.key === "Enter" || (event.key === "Tab" && isShown && at >= 0)) {
      event.preventDefault();
      if (isShown && at >= 0) take(completions[at]);
      else submit();
    } else if (event.key === "Escape" && isShown) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const follow = () => setCursor(field.current?.selectionStart ?? text.length);

  const refused =
    text.trim() !== "" && count.error ? count.error.message.replace(/^(q|as_of): /, "") : undefined;
  // Who is still writing knows that the end is missing.
  const mistake = isOpen && refused?.startsWith("at the end") ? undefined : refused;
  return (
    <div className="pl-question">
      <div className="pl-question__field">
        <input
          ref={field}
          className="pl-question__input"
          value={text}
          onChange={event => {
            write(event.target.value, event.target.selectionStart ?? event.target.value.length);
            setOpen(true);
          }}
          onSelect={follow}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
          placeholder={EXAMPLE}
          aria-label="Question about hosts"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isShown}
          aria-controls={`${id}-list`}
          aria-activedescendant={isShown && at >= 0 ? `${id}-${at}` : undefined}
          aria-invalid={mistake !== undefined}
          aria-describedby={`${id}-told`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
        <Button variant="secondary" size="sm" onClick={submit} isDisabled={text.trim() === asked}>
          Ask
        </Button>
        {isShown && (
          <div id={`${id}-list`} role="listbox" aria-label="What may follow" className="pl-question__list">
            {completions.map((completion, n) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active one
              <div
                key={completion.text}
                id={`${id}-${n}`}
                role="option"
                aria-selected={n === at}
                className="pl-question__one"
                onPointerDown={event => {
                  event.preventDefault();
                  take(completion);
                }}
                onPointerMove={() => setActive(n)}
              >
                <code>{visible(completion.text)}</code>
                <span className="pl-question__note">
                  {completion.hosts != null ? counted(completion.hosts, "host") : visible(completion.about)}
                </span>
              </div>
            ))}
          </div>
        )}
      </div>
      <p
        id={`${id}-told`}
        role="status"
        className={`pl-question__told${mistake ? " pl-question__told--wrong" : ""}`}
      >
        {mistake !== undefined
          ? `${mistake[0]?.toUpperCase()}${mistake.slice(1)}`
          : refused === undefined && text.trim() !== "" && count.data !== undefined
            ? counted(count.data, "host")
            : ""}
      </p>
    </div>
  );
}
