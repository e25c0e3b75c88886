import { useEffect, useRef, useState } from "react";
import { ask } from "../api/client";
import { isField } from "../parts/writing";

const KEYS: [string, string][] = [
  ["Ctrl K  /", "find hosts, tags, groups, packages"],
  ["?", "this list"],
  ["j  k", "down and up a list of hosts"],
  ["x", "choose the host, or let go of it"],
  ["Shift click", "choose all up to it"],
  ["Enter", "open the host"],
  ["t", "tags of the chosen"],
  ["g", "group of the chosen"],
  ["Tab", "from a row to what can be done with the chosen"],
  ["Esc", "close what is open"],
];

interface KeysProps {
  open: boolean;
  set: (open: boolean) => void;
}

/** The keys of the pages, and which program this is; `?` opens it, and a button. */
export function Keys({ open, set }: KeysProps) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "?" || isField(event.target) || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      set(true);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [set]);
  return open ? <KeysDialog close={() => set(false)} /> : null;
}

function KeysDialog({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [revision, setRevision] = useState("");
  useEffect(() => {
    dialog.current?.showModal();
    ask<{ version?: string }>("/version")
      .then(({ version = "" }) => setRevision(version === "Unknown" ? "" : version))
      .catch(() => undefined);
  }, []);
  return (
    <dialog ref={dialog} className="pl-keys" aria-labelledby="keys-title" onClose={close}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split("  ").map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h2>Help</h2>
      <ul className="pl-keys__help">
        <li>
          On a machine: <code>plumbline help</code>, and <code>plumbline help COMMAND</code>.
        </li>
        <li>The request behind a list or a chart is in its menu, as a curl command.</li>
        <li>
          The book is the folder <code>docs</code> of the source.
        </li>
      </ul>
      <p className="pl-subtle">
        Plumbline {String(import.meta.env.VITE_VERSION)} {revision} · Apache License 2.0
      </p>
      <form method="dialog">
        <button type="submit" className="pl-keys__close">
          Close
        </button>
      </form>
    </dialog>
  );
}
