import { Button, FormGroup, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { exact } from "../../../parts/format";
import type { Note } from "../document";

interface NotesDialogProps {
  notes: readonly Note[];
  save: (notes: Note[]) => void;
  close: () => void;
}

/** The present minute as a field for times has it. */
const present = () => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** What somebody knows to have happened: drawn on every chart of the dashboard. */
export function NotesDialog({ notes, save, close }: NotesDialogProps) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(present);
  return (
    <Frame
      title="Notes"
      verb="Add"
      isDisabled={text.trim() === "" || at === ""}
      isBusy={false}
      error={null}
      close={close}
      act={() => {
        save([...notes, { at: new Date(at).getTime(), text: text.trim() }].sort((a, b) => a.at - b.at));
        close();
      }}
    >
      {notes.length > 0 && (
        <ul className="pl-notes">
          {notes.map(note => (
            <li key={`${note.at} ${note.text}`}>
              <span className="pl-num">{exact(note.at)}</span> {note.text}
              <Button
                variant="link"
                size="sm"
                aria-label={`Remove ${note.text}`}
                onClick={() => save(notes.filter(each => each !== note))}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <FormGroup label="What happened" fieldId="note-text" isRequired>
        <TextInput id="note-text" value={text} onChange={(_, value) => setText(value)} autoFocus />
      </FormGroup>
      <FormGroup label="When (your own time)" fieldId="note-at" isRequired>
        <input
          id="note-at"
          type="datetime-local"
          className="pl-datetime"
          value={at}
          onChange={event => setAt(event.target.value)}
        />
      </FormGroup>
    </Frame>
  );
}
