import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type Benchmark,
  type Flavor,
  found,
  type Listed,
  one,
  type Site,
  type Tag,
} from "../../api/benchmarks";
import { useSettled } from "../../parts/hooks";
import { Picker } from "../../parts/Picker";
import { benchmarkName } from "./table";

interface EntityProps {
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
}

const MOST = 50;

interface OneOfProps<T> extends EntityProps {
  what: string;
  list: Listed;
  kind: "benchmarks" | "sites" | "flavors";
  read: (item: T) => { name: string; note?: string };
}

/** A menu of one list, searched by words, of which one can be chosen. */
function OneOf<T extends { id: string }>({ what, list, kind, read, chosen, choose }: OneOfProps<T>) {
  const [text, setText] = useState("");
  const settled = useSettled(text, 200);
  const items = useQuery(found<T>(list, settled, 1, MOST));
  const current = useQuery({ ...one<T>(kind, chosen ?? ""), enabled: chosen !== undefined });
  const name = chosen && current.data ? read(current.data).name : undefined;
  const rest = (items.data?.total ?? 0) - (items.data?.items.length ?? 0);
  return (
    <Picker
      title={name ? `${what}: ${name}` : what}
      choices={(items.data?.items ?? []).map(item => ({ value: item.id, ...read(item) }))}
      chosen={chosen ? [chosen] : []}
      toggle={id => choose(id === chosen ? undefined : id)}
      find={{
        text,
        set: setText,
        placeholder: `Find a ${what.toLowerCase()}${rest > 0 ? ` of ${items.data?.total}` : ""}`,
      }}
      isLoading={items.isFetching}
      uncounted
    />
  );
}

export const BenchmarkPicker = (props: EntityProps) => (
  <OneOf<Benchmark>
    {...props}
    what="Benchmark"
    list="benchmarks"
    kind="benchmarks"
    read={benchmark => ({ name: benchmarkName(benchmark), note: benchmark.description })}
  />
);

export const SitePicker = (props: EntityProps) => (
  <OneOf<Site>
    {...props}
    what="Site"
    list="sites"
    kind="sites"
    read={({ name, address }) => ({ name, note: address })}
  />
);

export const FlavorPicker = ({ site, ...props }: EntityProps & { site: string }) => (
  <OneOf<Flavor>
    {...props}
    what="Flavor"
    list={`sites/${site}/flavors`}
    kind="flavors"
    read={({ name, description }) => ({ name, note: description })}
  />
);

interface TagPickerProps {
  chosen: readonly string[];
  choose: (ids: string[]) => void;
}

/** The tags, of which several can be chosen. */
export function TagPicker({ chosen, choose }: TagPickerProps) {
  const [text, setText] = useState("");
  const settled = useSettled(text, 200);
  const tags = useQuery(found<Tag>("tags", settled, 1, MOST));
  return (
    <Picker
      title="Tags"
      choices={(tags.data?.items ?? []).map(({ id, name, description }) => ({
        value: id,
        name,
        note: description,
      }))}
      chosen={chosen}
      toggle={id => choose(chosen.includes(id) ? chosen.filter(each => each !== id) : [...chosen, id])}
      find={{ text, set: setText, placeholder: "Find a tag" }}
      isLoading={tags.isFetching}
      none="There are no such tags"
    />
  );
}
