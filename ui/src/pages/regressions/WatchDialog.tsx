import { FormGroup, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { type Benchmark, found } from "../../api/benchmarks";
import { type NewWatch, watch } from "../../api/regressions";

/** So many benchmarks can be chosen from. */
const MOST = 100;
const BETTER = [
  ["lower", "Lower is better"],
  ["higher", "Higher is better"],
  ["none", "Not to be watched"],
] as const;

/** Says which value of a benchmark's results is to be watched, or not any more. */
export function WatchDialog({ close }: { close: () => void }) {
  const [wanted, setWanted] = useState<NewWatch>({ benchmark_id: "", path: "", better: "lower" });
  const benchmarks = useQuery(found<Benchmark>("benchmarks", "", 1, MOST));
  const act = useAct({ close }, "Results are looked through");
  const change = (changed: Partial<NewWatch>) => setWanted({ ...wanted, ...changed });
  return (
    <Frame
      title="Watch a value"
      verb="Watch"
      isDisabled={wanted.benchmark_id === "" || wanted.path.trim() === ""}
      isBusy={act.isPending}
      error={act.error ?? benchmarks.error}
      close={close}
      act={() => act.mutate(() => watch({ ...wanted, path: wanted.path.trim() }))}
    >
      <FormGroup label="Benchmark" fieldId="watch-benchmark" isRequired>
        <FormSelect
          id="watch-benchmark"
          value={wanted.benchmark_id}
          onChange={(_, benchmark_id) => change({ benchmark_id })}
        >
          <FormSelectOption value="" label="Choose one" isPlaceholder />
          {(benchmarks.data?.items ?? []).map(each => (
            <FormSelectOption
              key={each.id}
              value={each.id}
              label={`${each.docker_image}:${each.docker_tag}`}
            />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup label="Path in the results, or a metric" fieldId="watch-path" isRequired>
        <TextInput
          id="watch-path"
          value={wanted.path}
          placeholder="machine.score"
          onChange={(_, path) => change({ path })}
          isRequired
        />
      </FormGroup>
      <FormGroup label="Which way is better" fieldId="watch-better">
        <FormSelect id="watch-better" value={wanted.better} onChange={(_, better) => change({ better })}>
          {BETTER.map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
        </FormSelect>
      </FormGroup>
    </Frame>
  );
}
