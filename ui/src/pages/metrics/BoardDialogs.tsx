import { FileUpload, FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import {
  createDashboard,
  type DashboardType,
  deleteDashboard,
  METRIC_KEYS,
  type StoredDashboard,
} from "../../api/metrics";
import { notify } from "../../parts/notices";
import { emptyDocument } from "./document";

export type BoardAction = "create" | "copy" | "delete";

interface BoardDialogsProps {
  action: BoardAction;
  board?: StoredDashboard;
  close: () => void;
}

export function BoardDialogs({ action, board, close }: BoardDialogsProps) {
  if (action === "delete" && board) return <DeleteBoard board={board} close={close} />;
  return <CreateBoard board={board} close={close} />;
}

function CreateBoard({ board, close }: Omit<BoardDialogsProps, "action">) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(board ? `${board.name} copy` : "");
  const [type, setType] = useState<DashboardType>(board?.type ?? "time_series");
  const [file, setFile] = useState("");
  const [text, setText] = useState("");
  const wanted = name.trim();
  const wrong = wanted.includes("/") ? "A name has no slash" : undefined;
  const imported = readFile(text);
  const create = useMutation({
    mutationFn: () => {
      const data = imported.data ?? board?.data ?? emptyDocument(type, wanted, Date.now());
      return createDashboard({ type: imported.type ?? type, name: wanted, data: named(data, wanted) });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [METRIC_KEYS.dashboards] });
      void navigate({ to: "/dashboards/$type/$name", params: { type: imported.type ?? type, name: wanted } });
    },
  });
  return (
    <Frame
      title={board ? `Copy ${board.name}` : "New dashboard"}
      verb="Create"
      isDisabled={wanted === "" || wrong !== undefined || imported.error !== undefined}
      isBusy={create.isPending}
      error={create.error}
      close={close}
      act={() => create.mutate()}
    >
      <FormGroup label="Name" fieldId="board-name" isRequired>
        <TextInput
          id="board-name"
          value={name}
          onChange={(_, value) => setName(value)}
          validated={wrong ? "error" : "default"}
          aria-describedby="board-name-wrong"
          autoFocus
          isRequired
        />
        <p id="board-name-wrong" className="pl-wrong">
          {wrong}
        </p>
      </FormGroup>
      {!board && !imported.type && (
        <FormGroup label="Kind" fieldId="board-type">
          <FormSelect id="board-type" value={type} onChange={(_, value) => setType(value as DashboardType)}>
            <FormSelectOption value="time_series" label="Charts" />
            <FormSelectOption value="alert" label="Thresholds" />
          </FormSelect>
        </FormGroup>
      )}
      {!board && (
        <FormGroup label="From a file" fieldId="board-file">
          <FileUpload
            id="board-file"
            type="text"
            value={text}
            filename={file}
            filenamePlaceholder="A dashboard that was exported"
            hideDefaultPreview
            browseButtonText="Choose"
            onFileInputChange={(_, chosen) => setFile(chosen.name)}
            onDataChange={(_, data) => setText(data)}
            onClearClick={() => {
              setFile("");
              setText("");
            }}
            dropzoneProps={{ accept: { "application/json": [".json"] } }}
          />
          <p className="pl-wrong">{imported.error}</p>
        </FormGroup>
      )}
    </Frame>
  );
}

/** A dashboard from a file: as it was exported, or its document alone. */
function readFile(text: string): { type?: DashboardType; data?: unknown; error?: string } {
  if (text === "") return {};
  try {
    const read = JSON.parse(text) as Record<string, unknown>;
    const data =
      typeof read.data === "object" && read.data !== null ? (read.data as Record<string, unknown>) : read;
    if (Array.isArray(data.charts)) return { type: "time_series", data };
    if (Array.isArray(data.alerts)) return { type: "alert", data };
    return { error: "The file is no dashboard: it has neither charts nor alerts" };
  } catch {
    return { error: "The file is no JSON" };
  }
}

const named = (data: unknown, name: string) => ({ ...(data as Record<string, unknown>), name });

function DeleteBoard({ board, close }: { board: StoredDashboard; close: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteDashboard(board.type, board.name),
    onSuccess: () => {
      notify({ kind: "success", text: `Deleted ${board.name}` });
      close();
    },
    onSettled: () => client.invalidateQueries({ queryKey: [METRIC_KEYS.dashboards] }),
  });
  return (
    <Frame
      title={`Delete ${board.name}?`}
      verb="Delete"
      isDanger
      isBusy={remove.isPending}
      error={remove.error}
      close={close}
      act={() => remove.mutate()}
    >
      <p>The dashboard is gone for everybody. The values that it shows stay.</p>
    </Frame>
  );
}
