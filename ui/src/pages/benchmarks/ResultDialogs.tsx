import {
  Button,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextArea,
} from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { BENCHMARKS, deleteResult, type Result, reportResult, tagResult } from "../../api/benchmarks";
import { CopyButton } from "../../parts/CopyButton";
import { exact } from "../../parts/format";
import { notify } from "../../parts/notices";
import { TagPicker } from "./Entity";
import type { ResultAction } from "./ResultTable";
import { benchmarkName } from "./table";

interface ResultDialogsProps {
  action: ResultAction;
  result: Result;
  close: () => void;
}

/** Does something to a result, says so, and marks what it touched as out of date. */
function useDo(work: () => Promise<unknown>, said: string, close: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: () => {
      notify({ kind: "success", text: said });
      close();
    },
    onSettled: () => client.invalidateQueries({ queryKey: [BENCHMARKS] }),
  });
}

export function ResultDialogs({ action, result, close }: ResultDialogsProps) {
  if (action === "view") return <ViewResult result={result} close={close} />;
  if (action === "report") return <ReportResult result={result} close={close} />;
  if (action === "tags") return <TagResult result={result} close={close} />;
  return <DeleteResult result={result} close={close} />;
}

type One = Omit<ResultDialogsProps, "action">;

export function ViewResult({ result, close }: One) {
  const text = JSON.stringify(result.json, null, 2);
  const title = `Result of ${benchmarkName(result.benchmark)}`;
  return (
    <Modal variant="medium" isOpen onClose={close} aria-label={title}>
      <ModalHeader title={title} />
      <ModalBody tabIndex={0} aria-label={title}>
        <p className="pl-subtle">
          {result.site.name} · {result.flavor.name} · executed {exact(`${result.execution_datetime}Z`)}
          {result.benchmark.url && (
            <>
              {" · "}
              <a href={result.benchmark.url} target="_blank" rel="noreferrer noopener">
                website
              </a>
            </>
          )}
        </p>
        <div className="pl-json">
          <CopyButton text={text} label="Copy the document" />
          <pre>{text}</pre>
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={close}>Close</Button>
      </ModalFooter>
    </Modal>
  );
}

function ReportResult({ result, close }: One) {
  const [message, setMessage] = useState("");
  const send = useDo(() => reportResult(result.id, message.trim()), "The result is reported", close);
  return (
    <Frame
      title="Report this result"
      verb="Report"
      isDisabled={message.trim() === ""}
      isBusy={send.isPending}
      error={send.error}
      close={close}
      act={() => send.mutate()}
    >
      <p>It is hidden at once, until an administrator has looked at it.</p>
      <FormGroup label="What is wrong with it" fieldId="report-message" isRequired>
        <TextArea
          id="report-message"
          value={message}
          onChange={(_, value) => setMessage(value)}
          rows={4}
          autoFocus
          isRequired
        />
      </FormGroup>
    </Frame>
  );
}

function TagResult({ result, close }: One) {
  const [tags, setTags] = useState(result.tags.map(tag => tag.id));
  const send = useDo(() => tagResult(result.id, tags), "The tags are stored", close);
  return (
    <Frame
      title="Tags of this result"
      verb="Save"
      isBusy={send.isPending}
      error={send.error}
      close={close}
      act={() => send.mutate()}
    >
      <TagPicker chosen={tags} choose={setTags} />
    </Frame>
  );
}

function DeleteResult({ result, close }: One) {
  const send = useDo(() => deleteResult(result.id), "The result is deleted", close);
  return (
    <Frame
      title="Delete this result?"
      verb="Delete"
      isDanger
      isBusy={send.isPending}
      error={send.error}
      close={close}
      act={() => send.mutate()}
    >
      <p>
        {benchmarkName(result.benchmark)} at {result.site.name}: it is in no list any more, and cannot be
        brought back here.
      </p>
    </Frame>
  );
}
