import { Modal, ModalBody, ModalHeader } from "@patternfly/react-core";
import { useId } from "react";
import { count } from "../../parts/format";
import { factName } from "./FactLine";
import type { Column, Fact } from "./report";
import { categoryName } from "./rows";
import { StateMark } from "./words";

interface FactDialogProps {
  fact: Fact;
  columns: readonly Column[];
  reference: string;
  close: () => void;
}

/** One fact in full: each value, and who has it, what most have first. */
export default function FactDialog({ fact, columns, reference, close }: FactDialogProps) {
  const id = useId();
  const said = new Map<string, Column[]>();
  for (const [at, column] of columns.entries()) {
    const value = fact.values[at];
    const text = value?.isRedacted ? "redacted" : (value?.text ?? "");
    said.set(text, [...(said.get(text) ?? []), column]);
  }
  const groups = [...said].sort(([, a], [, b]) => b.length - a.length);
  return (
    <Modal variant="medium" isOpen onClose={close} aria-labelledby={id}>
      <ModalHeader
        title={factName(fact)}
        labelId={id}
        description={
          <span className="pl-factdialog__line">
            {categoryName(fact.category)}
            <StateMark state={fact.state} hasReference={reference !== ""} />
          </span>
        }
      />
      <ModalBody tabIndex={0} aria-label={factName(fact)}>
        <dl className="pl-factdialog">
          {groups.map(([text, having]) => (
            <div key={text}>
              <dt>
                {text === "" ? <span className="pl-cell__missing">missing</span> : text}
                <span className="pl-subtle pl-num"> {count(having.length)}</span>
              </dt>
              {having.map(column => (
                <dd key={column.id}>
                  {column.name}
                  {column.kind === "past" && <span className="pl-subtle"> at {column.at}</span>}
                  {column.id === reference && <span className="pl-subtle"> (reference)</span>}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      </ModalBody>
    </Modal>
  );
}
