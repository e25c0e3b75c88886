import { Button } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { type Filter, filterText, isWhole, OPERATORS, readFilter } from "./filters";
import type { Suggestion } from "./paths";

interface FilterFormProps {
  filters: readonly string[];
  suggestions: readonly Suggestion[];
  apply: (filters: string[]) => void;
}

/** What the documents of the results have to say: in rows, or as text with a line for each. */
export function FilterForm({ filters, suggestions, apply }: FilterFormProps) {
  const [rows, setRows] = useState<Filter[]>([]);
  const [text, setText] = useState<string>();
  const key = filters.join("\n");
  useEffect(() => {
    setRows(
      key === "" ? [] : key.split("\n").map(each => readFilter(each) ?? { path: each, op: ">", value: "" }),
    );
  }, [key]);
  const lines = (text ?? "").split("\n").filter(line => line.trim() !== "");
  const wrong = lines.find(line => !readFilter(line));
  const change = (at: number, changed: Partial<Filter>) =>
    setRows(rows.map((row, nth) => (nth === at ? { ...row, ...changed } : row)));
  const written = () =>
    text === undefined
      ? rows.filter(isWhole).map(filterText)
      : lines.map(line => filterText(readFilter(line) as Filter));
  return (
    <form
      className="pl-filters"
      aria-label="Filters on the documents"
      onSubmit={event => {
        event.preventDefault();
        if (!wrong) apply(written());
      }}
    >
      {text === undefined ? (
        rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: filters have no name of their own
          <div key={at} className="pl-filters__row" role="group" aria-label={`Filter ${at + 1}`}>
            <input
              className="pl-select pl-filters__path"
              list="filter-paths"
              value={row.path}
              placeholder="machine.cpu.count"
              aria-label={`Place of filter ${at + 1}`}
              onChange={event => change(at, { path: event.target.value })}
            />
            <select
              className="pl-select"
              value={row.op}
              aria-label={`Comparison of filter ${at + 1}`}
              onChange={event => change(at, { op: event.target.value })}
            >
              {OPERATORS.map(({ op, name }) => (
                <option key={op} value={op}>
                  {name}
                </option>
              ))}
            </select>
            <input
              className="pl-select"
              value={row.value}
              placeholder="4"
              aria-label={`Value of filter ${at + 1}`}
              onChange={event => change(at, { value: event.target.value })}
            />
            <Button
              variant="link"
              size="sm"
              aria-label={`Remove filter ${at + 1}`}
              onClick={() => {
                const left = rows.filter((_, nth) => nth !== at);
                setRows(left);
                apply(left.filter(isWhole).map(filterText));
              }}
            >
              Remove
            </Button>
          </div>
        ))
      ) : (
        <label className="pl-filters__text">
          One filter a line
          <textarea
            className="pl-select"
            rows={Math.max(3, lines.length + 1)}
            value={text}
            spellCheck={false}
            aria-invalid={wrong !== undefined}
            placeholder={"machine.cpu.count > 4\nmachine.cpu.arch == x86_64"}
            onChange={event => setText(event.target.value)}
          />
          <span className="pl-wrong">
            {wrong && `not a place, a comparison and a value with blanks between them: ${wrong}`}
          </span>
        </label>
      )}
      <datalist id="filter-paths">
        {suggestions.map(({ path, note }) => (
          <option key={path} value={path}>
            {note}
          </option>
        ))}
      </datalist>
      <span className="pl-filters__acts">
        {text === undefined && (
          <Button
            variant="link"
            size="sm"
            onClick={() => setRows([...rows, { path: "", op: ">", value: "" }])}
          >
            Add a filter
          </Button>
        )}
        <Button
          variant="link"
          size="sm"
          onClick={() =>
            setText(text === undefined ? rows.filter(isWhole).map(filterText).join("\n") : undefined)
          }
        >
          {text === undefined ? "As text" : "As a form"}
        </Button>
        {(rows.length > 0 || text !== undefined) && (
          <Button type="submit" variant="secondary" size="sm" isDisabled={wrong !== undefined}>
            Apply filters
          </Button>
        )}
      </span>
    </form>
  );
}
