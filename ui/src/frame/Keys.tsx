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

/** The keys of the pages, and which program this is; `?` opens it. */
export function Keys() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "?" || isField(event.target) || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return open ? <KeysDialog close={() => setOpen(false)} /> : null;
}

function KeysDialog({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [version, setVersion] = useState("");
  useEffect(() => {
    dialog.current?.showModal();
    ask<{ version?: string }>("/version")
      .then(answer => setVersion(answer.version ?? ""))
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
      <p className="pl-subtle">Plumbline {version} · Apache License 2.0</p>
      <form method="dialog">
        <button type="submit" className="pl-keys__close">
          Close
        </button>
      </form>
    </dialog>
  );
}
