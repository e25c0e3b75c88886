import { Button, FileUpload, Form, FormGroup } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { addResult, BENCHMARKS } from "../../api/benchmarks";
import { Failure } from "../../parts/Failure";
import { notify } from "../../parts/notices";
import { BenchmarkPicker, FlavorPicker, SitePicker, TagPicker } from "./Entity";
import { useMaySend } from "./Head";

/** A time as a field for times has it, in this person's zone. */
const field = (at: Date) =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function readDocument(text: string): { document?: unknown; error?: string } {
  if (text.trim() === "") return {};
  try {
    const document: unknown = JSON.parse(text);
    const isObject = typeof document === "object" && document !== null && !Array.isArray(document);
    return isObject ? { document } : { error: "A result is a JSON object" };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

export function SubmitResult() {
  const client = useQueryClient();
  const maySend = useMaySend();
  const [benchmark, setBenchmark] = useState<string>();
  const [site, setSite] = useState<string>();
  const [flavor, setFlavor] = useState<string>();
  const [tags, setTags] = useState<string[]>([]);
  const [at, setAt] = useState(() => field(new Date()));
  const [text, setText] = useState("");
  const [file, setFile] = useState("");
  const { document, error } = readDocument(text);
  const time = new Date(at);
  const coming = time.getTime() > Date.now();
  const send = useMutation({
    mutationFn: () =>
      addResult(
        {
          benchmark_id: benchmark ?? "",
          flavor_id: flavor ?? "",
          execution_datetime: time.toISOString(),
          tags_ids: tags,
        },
        document,
      ),
    onSuccess: () => {
      notify({ kind: "success", text: "The result is stored" });
      setText("");
      setFile("");
    },
    onSettled: () => client.invalidateQueries({ queryKey: [BENCHMARKS] }),
  });
  const ready = maySend && benchmark && flavor && document !== undefined && at !== "" && !coming;
  return (
    <section className="pl-panel pl-bench__form" aria-labelledby="submit-result">
      <h2 id="submit-result">A result</h2>
      <Form
        onSubmit={event => {
          event.preventDefault();
          if (ready) send.mutate();
        }}
      >
        <div className="pl-bench__bar">
          <BenchmarkPicker chosen={benchmark} choose={setBenchmark} />
          <SitePicker
            chosen={site}
            choose={id => {
              setSite(id);
              setFlavor(undefined);
            }}
          />
          {site && <FlavorPicker site={site} chosen={flavor} choose={setFlavor} />}
          <TagPicker chosen={tags} choose={setTags} />
        </div>
        <FormGroup label="Executed at (your own time)" fieldId="executed" isRequired>
          <input
            id="executed"
            type="datetime-local"
            className="pl-datetime"
            value={at}
            max={field(new Date())}
            aria-invalid={coming}
            onChange={event => setAt(event.target.value)}
          />
          <p className="pl-wrong">{coming && "That is yet to come"}</p>
        </FormGroup>
        <FormGroup label="Document" fieldId="result-file" isRequired>
          <FileUpload
            id="result-file"
            type="text"
            value={text}
            filename={file}
            filenamePlaceholder="Choose a JSON file, drop one here, or paste"
            browseButtonText="Choose"
            allowEditingUploadedText
            onFileInputChange={(_, chosen) => setFile(chosen.name)}
            onDataChange={(_, data) => setText(data)}
            onTextChange={(_, typed) => setText(typed)}
            onClearClick={() => {
              setFile("");
              setText("");
            }}
            aria-label="The document of the result"
          />
          <p className="pl-wrong">{error}</p>
        </FormGroup>
        {send.error && <Failure error={send.error} what="The result is not taken" />}
        <span>
          <Button type="submit" isDisabled={!ready || send.isPending} isLoading={send.isPending}>
            Submit the result
          </Button>
        </span>
      </Form>
    </section>
  );
}
