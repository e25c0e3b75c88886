import { type RefObject, useEffect, useRef } from "react";
import type { Action } from "../../actions";
import { isField } from "../../parts/writing";

const ACTIONS: Record<string, Action> = { t: "tags", g: "group" };

interface ListKeys {
  table: RefObject<HTMLElement | null>;
  /** Whether hosts are chosen. */
  some: boolean;
  act: (action: Action) => void;
  open: (id: string) => void;
}

/** Keys for a list of hosts: `j` and `k` go through the rows, `x` chooses, Enter opens, `t` tags, `g` groups. */
export function useListKeys(props: ListKeys) {
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { table, some, act, open } = latest.current;
      const target = event.target as HTMLElement;
      const box = target.closest<HTMLInputElement>("tr[data-host] input[type=checkbox]");
      if (event.key === "Tab" && !event.shiftKey && box && some) {
        // What can be done with those chosen is the next step, and not behind every row that follows.
        const bar = document.querySelector<HTMLElement>(".pl-bulk button:not(:disabled)");
        if (bar) {
          event.preventDefault();
          bar.focus();
        }
        return;
      }
      const isTaken = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
      if (isTaken || isField(target) || document.querySelector("dialog[open], [role=dialog], [role=menu]"))
        return;
      const step = { j: 1, k: -1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        go(table.current, box, step);
      } else if (event.key === "x" && box) {
        event.preventDefault();
        box.click();
      } else if (event.key === "Enter" && box) {
        event.preventDefault();
        const id = box.closest("tr")?.dataset.host;
        if (id) open(id);
      } else if (ACTIONS[event.key] && some) {
        event.preventDefault();
        act(ACTIONS[event.key] as Action);
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

/** To the row before or after the one with the focus, or to the first. */
function go(table: HTMLElement | null, from: HTMLElement | null, step: number) {
  const boxes = [...(table?.querySelectorAll<HTMLElement>("tr[data-host] input[type=checkbox]") ?? [])];
  const at = from ? boxes.indexOf(from) + step : 0;
  const next = boxes[Math.min(Math.max(at, 0), boxes.length - 1)];
  next?.focus({ preventScroll: true });
  next?.closest("tr")?.scrollIntoView({ block: "nearest" });
}
