import { FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../../actions/Frame";
import { createDashboard, dashboards, METRIC_KEYS, oneDashboard, saveDashboard } from "../../../api/metrics";
import { notify } from "../../../parts/notices";
import { type Chart, readBoard, storedBoard } from "../document";

/** Puts a chart at the end of a dashboard, or on a new one. */
export function AddToBoard({ chart, close }: { chart: Chart; close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const boards = useQuery(dashboards);
  const names = boards.data?.filter(board => board.type === "time_series").map(board => board.name) ?? [];
  const [board, setBoard] = useState("");
  const [fresh, setFresh] = useState("");
  const [title, setTitle] = useState("");
  const name = (board || fresh).trim();
  const add = useMutation({
    mutationFn: async () => {
      const stored = board
        ? await client.fetchQuery({ ...oneDashboard("time_series", board), staleTime: 0 })
        : undefined;
      const before = readBoard(name, stored?.data);
      const data = storedBoard({ ...before, charts: [...before.charts, { ...chart, title }] }, Date.now());
      if (stored) await saveDashboard("time_series", name, data);
      else await createDashboard({ type: "time_series", name, data });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [METRIC_KEYS.dashboards] });
      notify({ kind: "success", text: `The chart is on ${name}` });
      void navigate({ to: "/dashboards/$type/$name", params: { type: "time_series", name } });
    },
  });
  return (
    <Frame
      title="Add to a dashboard"
      verb="Add"
      isDisabled={name === ""}
      isBusy={add.isPending}
      error={add.error}
      close={close}
      act={() => add.mutate()}
    >
      <FormGroup label="Dashboard" fieldId="board">
        <FormSelect id="board" value={board} onChange={(_, value) => setBoard(value)}>
          <FormSelectOption value="" label="A new one" />
          {names.map(each => (
            <FormSelectOption key={each} value={each} label={each} />
          ))}
        </FormSelect>
      </FormGroup>
      {board === "" && (
        <FormGroup label="Name" fieldId="fresh" isRequired>
          <TextInput id="fresh" value={fresh} onChange={(_, value) => setFresh(value)} isRequired autoFocus />
        </FormGroup>
      )}
      <FormGroup label="Title of the chart" fieldId="title">
        <TextInput id="title" value={title} onChange={(_, value) => setTitle(value)} />
      </FormGroup>
    </Frame>
  );
}
