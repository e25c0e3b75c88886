import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { PromQLExtension } from "@prometheus-io/codemirror-promql";
import { useEffect, useRef } from "react";
import { PROMETHEUS } from "../../../api/metrics";

export interface PromqlEditorProps {
  value: string;
  label: string;
  change?: (text: string) => void;
  /** Enter. */
  run: (text: string) => void;
  focus?: boolean;
}

const colours = HighlightStyle.define([
  { tag: [tags.function(tags.variableName), tags.keyword, tags.modifier], color: "var(--pl-accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--pl-good)" },
  { tag: [tags.number, tags.bool], color: "var(--pl-warn)" },
  { tag: tags.labelName, color: "var(--pl-subtle)" },
  { tag: tags.invalid, color: "var(--pl-bad)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--pl-text)", backgroundColor: "var(--pl-surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--pl-mono)", caretColor: "var(--pl-text)", padding: "7px 4px" },
  ".cm-cursor": { borderLeftColor: "var(--pl-text)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--pl-flash)",
  },
  ".cm-placeholder": { color: "var(--pl-subtle)" },
  ".cm-matchingBracket": { backgroundColor: "var(--pl-chosen) !important" },
  ".cm-tooltip": {
    border: "1px solid var(--pl-line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--pl-surface)",
    color: "var(--pl-text)",
    zIndex: "30",
  },
  ".cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", fontFamily: "var(--pl-mono)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--pl-accent)",
    color: "var(--pf-t--global--text--color--on-brand--default)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.75" },
});

/** The language, with names from this program. What stands for a step is no expression before it is filled in. */
function promql() {
  const extension = new PromQLExtension().setComplete({ remote: { url: PROMETHEUS, httpMethod: "GET" } });
  const linter = extension.getLinter();
  const lint = linter.promQL.bind(linter)();
  return extension.setLinter({
    promQL: () => view => (view.state.doc.toString().includes("$__") ? [] : lint(view)),
  });
}

/**
 * A field for an expression of PromQL. It lives in a shadow root: there its styles come in as objects, while in the
 * document they would be elements, which the policy of the pages refuses.
 */
export default function PromqlEditor({ value, label, change, run, focus }: PromqlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const latest = useRef({ value, change, run });
  latest.current = { value, change, run };
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open", delegatesFocus: true });
    const language = promql();
    const enter = Prec.high(
      keymap.of([
        {
          key: "Mod-Enter",
          run: view => {
            latest.current.run(view.state.doc.toString());
            return true;
          },
        },
      ]),
    );
    const plainEnter = keymap.of([
      {
        key: "Enter",
        run: view => {
          latest.current.run(view.state.doc.toString());
          return true;
        },
      },
      {
        key: "Shift-Enter",
        run: view => {
          view.dispatch(view.state.replaceSelection("\n"));
          return true;
        },
      },
    ]);
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          enter,
          history(),
          closeBrackets(),
          bracketMatching(),
          autocompletion(),
          syntaxHighlighting(colours),
          look,
          language.asExtension(),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          placeholder("Expression, such as rate(http_requests_total[5m])"),
          keymap.of(completionKeymap),
          plainEnter,
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of(update => {
            if (update.docChanged) latest.current.change?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    if (focus) view.focus();
    return () => {
      language.destroy();
      view.destroy();
    };
  }, [label, focus]);
  // Another expression from outside, such as by Back.
  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={place} className="pl-promql" />;
}
