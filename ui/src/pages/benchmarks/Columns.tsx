import { Button } from "@patternfly/react-core";
import { useState } from "react";
import type { Suggestion } from "./paths";

interface ColumnsProps {
  columns: readonly string[];
  suggestions: readonly Suggestion[];
  change: (columns: string[] | undefined) => void;
}

/** The places of the documents that are columns of the table. */
export function Columns({ columns, suggestions, change }: ColumnsProps) {
  const [path, setPath] = useState("");
  const wanted = path.trim();
  const add = () => {
    if (wanted !== "" && !columns.includes(wanted)) change([...columns, wanted]);
    setPath("");
  };
  return (
    <form
      className="pl-columnform"
      onSubmit={event => {
        event.preventDefault();
        add();
      }}
    >
      <input
        className="pl-select"
        list="column-paths"
        value={path}
        placeholder="Column, such as result.score"
        aria-label="Place of a further column"
        onChange={event => setPath(event.target.value)}
      />
      <datalist id="column-paths">
        {suggestions.map(({ path, note }) => (
          <option key={path} value={path}>
            {note}
          </option>
        ))}
      </datalist>
      <Button type="submit" variant="secondary" size="sm" isDisabled={wanted === ""}>
        Add column
      </Button>
      {columns.map(column => (
        <Button
          key={column}
          variant="link"
          size="sm"
          aria-label={`Remove the column ${column}`}
          onClick={() => {
            const left = columns.filter(each => each !== column);
            change(left.length > 0 ? left : undefined);
          }}
        >
          {column} ×
        </Button>
      ))}
    </form>
  );
}
