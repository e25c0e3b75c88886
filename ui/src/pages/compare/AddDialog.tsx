import { Alert, Checkbox, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { useId, useState } from "react";
import { Frame } from "../../actions/Frame";
import { BaselineChoices } from "../../parts/BaselineChoices";
import { count } from "../../parts/format";
import { HostChoices } from "../../parts/HostChoices";
import { PastHostChoices } from "../../parts/PastHostChoices";
import { visible } from "../../parts/visible";
import { type Addition, type CompareSearch, MOST, sizeOf, without } from "./search";

interface AddDialogProps {
  search: CompareSearch;
  tab: Addition;
  /** What those that are compared now are called, by id. */
  known: ReadonlyMap<string, string>;
  /** With another choice, or with the one that was. */
  close: (search?: CompareSearch) => void;
}

const ALL = ["baseline_ids", "system_ids", "hsp_ids"] as const;
type Ids = (typeof ALL)[number];

/** What is compared: hosts, baselines and earlier states. Nothing changes until it is asked for. */
export default function AddDialog({ search, tab: first, known, close }: AddDialogProps) {
  const [tab, setTab] = useState<Addition | "chosen">(first);
  const [chosen, setChosen] = useState(search);
  const [names, setNames] = useState(known);
  const toggle = (name: Ids) => (id: string, called?: string) => {
    if (called !== undefined) setNames(new Map([...names, [id, called]]));
    setChosen(before =>
      before[name]?.includes(id)
        ? without(before, [id])
        : { ...before, [name]: [...(before[name] ?? []), id] },
    );
  };
  const size = sizeOf(chosen);
  const title = (name: string, ids: readonly string[] | undefined) => (
    <TabTitleText>
      {name} {ids && ids.length > 0 && <span className="pl-subtle pl-num">{count(ids.length)}</span>}
    </TabTitleText>
  );
  return (
    <Frame
      title="What is compared"
      verb={size === 0 ? "Compare" : `Compare ${count(size)}`}
      isDisabled={size === 0 || size > MOST}
      isBusy={false}
      error={null}
      close={() => close()}
      act={() => close(chosen)}
    >
      <Tabs
        activeKey={tab}
        onSelect={(_, key) => setTab(key as typeof tab)}
        aria-label="What can be compared"
        mountOnEnter
        unmountOnExit
      >
        <Tab eventKey="hosts" title={title("Hosts", chosen.system_ids)}>
          <div className="pl-adding">
            <HostChoices
              chosen={chosen.system_ids ?? []}
              toggle={host => toggle("system_ids")(host.id, host.display_name)}
            />
          </div>
        </Tab>
        <Tab eventKey="baselines" title={title("Baselines", chosen.baseline_ids)}>
          <div className="pl-adding">
            <BaselineChoices chosen={chosen.baseline_ids ?? []} toggle={toggle("baseline_ids")} />
          </div>
        </Tab>
        <Tab eventKey="states" title={title("Earlier states", chosen.hsp_ids)}>
          <div className="pl-adding">
            <PastHostChoices chosen={chosen.hsp_ids ?? []} toggle={toggle("hsp_ids")} />
          </div>
        </Tab>
        <Tab
          eventKey="chosen"
          title={title(
            "Chosen",
            ALL.flatMap(name => chosen[name] ?? []),
          )}
        >
          <div className="pl-adding">
            <Chosen search={chosen} names={names} drop={id => setChosen(without(chosen, [id]))} />
          </div>
        </Tab>
      </Tabs>
      {size > MOST && (
        <Alert
          isInline
          isPlain
          variant="danger"
          component="p"
          title={`${count(size)} are too many for one page: ${count(MOST)} at most. The command line and the API compare more.`}
        />
      )}
    </Frame>
  );
}

const KINDS: Record<Ids, string> = { baseline_ids: "Baseline", system_ids: "Host", hsp_ids: "Earlier state" };

interface ChosenProps {
  search: CompareSearch;
  names: ReadonlyMap<string, string>;
  drop: (id: string) => void;
}

/** All that is chosen, wherever it was found. */
function Chosen({ search, names, drop }: ChosenProps) {
  const id = useId();
  const all = ALL.flatMap(kind => (search[kind] ?? []).map(each => ({ kind, id: each })));
  return (
    <div className="pl-choices">
      {all.map(each => (
        <Checkbox
          key={each.id}
          id={`${id}-${each.id}`}
          label={visible(names.get(each.id) ?? each.id)}
          description={KINDS[each.kind]}
          isChecked
          onChange={() => drop(each.id)}
        />
      ))}
      {all.length === 0 && <p className="pl-subtle">Nothing is chosen yet.</p>}
    </div>
  );
}
