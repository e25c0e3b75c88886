import LockIcon from "@patternfly/react-icons/dist/esm/icons/lock-icon";
import { memo } from "react";
import { label } from "../../parts/labels";
import { visible } from "../../parts/visible";
import { type Column, type Fact, SINGLE, type Value } from "./report";
import type { FactRow, ValueRow } from "./rows";
import { StateMark } from "./words";

interface FactLineProps {
  row: FactRow | ValueRow;
  index: number;
  columns: readonly Column[];
  reference: string;
  look: (fact: Fact) => void;
}

/** What people call a fact: of a category its own name stays, since packages and tags are called so. */
export const factName = (fact: Fact) => (fact.category === SINGLE ? label(fact.name) : fact.name);

/** One fact, or one of the several values of a fact, in every column. */
export const FactLine = memo(function FactLine({ row, index, columns, reference, look }: FactLineProps) {
  const { fact } = row;
  const isValue = row.kind === "value";
  const values = isValue ? row.values : fact.values;
  const count = fact.several.length;
  return (
    <tr className={`pl-row${isValue ? " pl-compare__value" : ""}`} aria-rowindex={index + 2}>
      <th scope="row">
        {isValue ? (
          <span className="pl-hidden">one value of {factName(fact)}</span>
        ) : (
          <button type="button" title={fact.name} onClick={() => look(fact)}>
            {factName(fact)}
            {count > 0 && <span className="pl-subtle"> · {count} values</span>}
          </button>
        )}
      </th>
      <td>
        <StateMark state={isValue ? row.state : fact.state} hasReference={reference !== ""} />
      </td>
      {columns.map((column, at) => (
        <Cell key={column.id} value={values[at]} isReference={column.id === reference} />
      ))}
    </tr>
  );
});

function Cell({ value, isReference }: { value: Value | undefined; isReference: boolean }) {
  const text = visible(value?.text ?? "");
  const kind = `${value?.differs ? " pl-cell--differs" : ""}${isReference ? " pl-compare__reference" : ""}`;
  if (value?.isRedacted) {
    return (
      <td className={`pl-cell${kind}`} title="Redacted before it was reported">
        <LockIcon aria-hidden /> <span className="pl-subtle">redacted</span>
      </td>
    );
  }
  return (
    <td className={`pl-cell${kind}`} title={text || "missing"}>
      {value?.differs && <span className="pl-hidden">differs: </span>}
      {text === "" ? <span className="pl-cell__missing">missing</span> : text}
    </td>
  );
}
