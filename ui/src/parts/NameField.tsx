import { SearchInput } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useSettled } from "./hooks";

interface NameFieldProps {
  asked: string;
  ask: (text: string) => void;
  placeholder?: string;
  label?: string;
}

/** A field that narrows a list while one types. */
export function NameField({ asked, ask, placeholder = "Name", label = "Filter by name" }: NameFieldProps) {
  const [text, setText] = useState(asked);
  const settled = useSettled(text, 250);
  const latest = useRef({ asked, ask });
  latest.current = { asked, ask };
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (settled !== latest.current.asked) latest.current.ask(settled);
  }, [settled]);
  return (
    <span className="pl-toolbar__name">
      <SearchInput
        value={text}
        placeholder={placeholder}
        aria-label={label}
        onChange={(_, value) => setText(value)}
        onClear={() => setText("")}
      />
    </span>
  );
}
