import { useRef } from "react";

type State = Record<string, unknown>;

const isSame = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The field that was typed into, when nothing else was done: what gives way to a text goes by itself. */
function typedInto(before: State, after: State, fields: readonly string[]): string | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter(name => !isSame(before[name], after[name]));
  const [name, ...others] = changed.sort((a, b) => Number(fields.includes(b)) - Number(fields.includes(a)));
  const isAlone = others.every(other => after[other] === undefined);
  return name !== undefined && fields.includes(name) && isAlone ? name : undefined;
}

/** What was typed last: into which field of the address, and what it said then. */
interface Typed {
  name: string;
  value: unknown;
}

/** Whether a change goes on with what was typed just before: it is then one step back together with that. */
export function goesOn(before: State, after: State, typed: Typed | undefined, fields: readonly string[]) {
  const name = typedInto(before, after, fields);
  return {
    replace: name !== undefined && typed?.name === name && isSame(typed.value, before[name]),
    typed: name !== undefined ? { name, value: after[name] } : undefined,
  };
}

/**
 * Changes the address so that each thing that somebody did is one step back: what is typed into a field in one go is one,
 * anything else is one by itself. `fields` are those that one types into.
 */
export function useSteps<S extends object>(
  search: S,
  navigate: (to: { search: S; replace: boolean }) => Promise<void>,
  fields: readonly (keyof S & string)[] = [],
): (next: S) => void {
  const typed = useRef<Typed>(undefined);
  return next => {
    const step = goesOn(search as State, next as State, typed.current, fields);
    typed.current = step.typed;
    void navigate({ search: next, replace: step.replace });
  };
}
