import { Button } from "@patternfly/react-core";
import AngleDownIcon from "@patternfly/react-icons/dist/esm/icons/angle-down-icon";
import AngleRightIcon from "@patternfly/react-icons/dist/esm/icons/angle-right-icon";
import PenIcon from "@patternfly/react-icons/dist/esm/icons/pen-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import TrashIcon from "@patternfly/react-icons/dist/esm/icons/trash-icon";
import { counted } from "../../parts/format";
import type { FactTask } from "./FactDialog";
import { type FactRow, valueLines } from "./facts";

interface EditorRowProps {
  row: FactRow;
  index: number;
  isChosen: boolean;
  toggle: (row: FactRow) => void;
  fold: (name: string) => void;
  setTask: (task: FactTask) => void;
  remove: (row: FactRow) => void;
}

/** One fact of a baseline, or the head of a category. */
export function EditorRow({ row, index, isChosen, toggle, fold, setTask, remove }: EditorRowProps) {
  const { name, size } = row;
  const isCategory = size !== undefined;
  const lines = isCategory ? [] : valueLines(row.value);
  const kind = isCategory ? " pl-fact--category" : row.inner === undefined ? "" : " pl-fact--inner";
  return (
    <tr className={`pl-row${kind}${isChosen ? " pl-row--chosen" : ""}`} aria-rowindex={index + 2}>
      <td className="pl-table__check">
        <label>
          <input
            type="checkbox"
            checked={isChosen}
            onChange={() => toggle(row)}
            aria-label={`Choose ${name}`}
          />
        </label>
      </td>
      <th scope="row" title={name}>
        {isCategory ? (
          <button type="button" aria-expanded={!row.isFolded} onClick={() => fold(name)}>
            {row.isFolded ? <AngleRightIcon aria-hidden /> : <AngleDownIcon aria-hidden />} {name}
          </button>
        ) : (
          name
        )}
      </th>
      <td title={lines.join("\n")}>
        {isCategory ? <span className="pl-subtle">{counted(size, "fact")}</span> : lines.join(", ")}
      </td>
      <td className="pl-col-acts">
        {isCategory && (
          <Button
            variant="plain"
            size="sm"
            icon={<PlusIcon />}
            aria-label={`Add a fact to ${name}`}
            title="Add a fact here"
            onClick={() => setTask({ kind: "add fact", category: row })}
          />
        )}
        <Button
          variant="plain"
          size="sm"
          icon={<PenIcon />}
          aria-label={`Edit ${name}`}
          title="Edit"
          onClick={() => setTask({ kind: isCategory ? "edit category" : "edit fact", row })}
        />
        <Button
          variant="plain"
          size="sm"
          icon={<TrashIcon />}
          aria-label={`Delete ${name}`}
          title="Delete"
          onClick={() => remove(row)}
        />
      </td>
    </tr>
  );
}
