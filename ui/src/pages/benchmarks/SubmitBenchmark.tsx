import { Button, Form, FormGroup, TextArea, TextInput } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { add, BENCHMARKS } from "../../api/benchmarks";
import { Failure } from "../../parts/Failure";
import { notify } from "../../parts/notices";
import { useMaySend } from "./Head";

const NEW = {
  docker_image: "",
  docker_tag: "latest",
  url: "",
  description: "",
  schema: '{\n  "type": "object"\n}',
};

/** What is wrong with a schema, or the schema. */
function readSchema(text: string): { schema?: Record<string, unknown>; error?: string } {
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) {
      return { schema: schema as Record<string, unknown> };
    }
    return { error: "A schema is a JSON object" };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

export function SubmitBenchmark() {
  const client = useQueryClient();
  const maySend = useMaySend();
  const [form, setForm] = useState(NEW);
  const { schema, error } = readSchema(form.schema);
  const image = form.docker_image.trim();
  const unowned = image !== "" && !image.includes("/");
  const change = (changed: Partial<typeof NEW>) => setForm({ ...form, ...changed });
  const send = useMutation({
    mutationFn: () => {
      const { docker_tag, url, description } = form;
      return add<unknown>("benchmarks", {
        docker_image: image,
        docker_tag,
        url,
        description,
        json_schema: schema,
      });
    },
    onSuccess: () => {
      notify({ kind: "success", text: `${image} is submitted, and shown once it is approved` });
      setForm(NEW);
    },
    onSettled: () => client.invalidateQueries({ queryKey: [BENCHMARKS] }),
  });
  const ready = maySend && image !== "" && !unowned && form.docker_tag !== "" && form.url !== "" && schema;
  return (
    <section className="pl-panel pl-bench__form" aria-labelledby="submit-benchmark">
      <h2 id="submit-benchmark">A benchmark</h2>
      <Form
        onSubmit={event => {
          event.preventDefault();
          if (ready) send.mutate();
        }}
      >
        <FormGroup label="Image" fieldId="image" isRequired>
          <TextInput
            id="image"
            value={form.docker_image}
            placeholder="owner/image"
            validated={unowned ? "error" : "default"}
            onChange={(_, docker_image) => change({ docker_image })}
          />
          <p className="pl-wrong">{unowned && "An image is named with its owner: owner/image"}</p>
        </FormGroup>
        <FormGroup label="Tag" fieldId="image-tag" isRequired>
          <TextInput
            id="image-tag"
            value={form.docker_tag}
            onChange={(_, docker_tag) => change({ docker_tag })}
          />
        </FormGroup>
        <FormGroup label="Website" fieldId="website" isRequired>
          <TextInput id="website" type="url" value={form.url} onChange={(_, url) => change({ url })} />
        </FormGroup>
        <FormGroup label="Description" fieldId="benchmark-description">
          <TextInput
            id="benchmark-description"
            value={form.description}
            onChange={(_, description) => change({ description })}
          />
        </FormGroup>
        <FormGroup label="Schema of the results" fieldId="schema" isRequired>
          <TextArea
            id="schema"
            value={form.schema}
            rows={8}
            spellCheck={false}
            className="pl-bench__code"
            validated={error ? "error" : "default"}
            onChange={(_, text) => change({ schema: text })}
          />
          <p className="pl-wrong">{error}</p>
        </FormGroup>
        {send.error && <Failure error={send.error} what="The benchmark is not taken" />}
        <span>
          <Button type="submit" isDisabled={!ready || send.isPending} isLoading={send.isPending}>
            Submit the benchmark
          </Button>
        </span>
      </Form>
    </section>
  );
}
