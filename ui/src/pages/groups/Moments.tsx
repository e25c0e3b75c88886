import { FormGroup, Radio } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import type { Group } from "../../api/types";
import { localTime, wireTime } from "../../parts/localtime";
import { comparedOf } from "../compare/who";
import { pairsOf, SIDE_BY_SIDE } from "./moments";

const WEEK = 7 * 86_400_000;

/** A group then and now: what changed, by cause, or its hosts side by side. */
export function Moments({ group, close }: { group: Group; close: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [from, setFrom] = useState(() => localTime(new Date(Date.now() - WEEK).toISOString()));
  const [to, setTo] = useState("");
  const [how, setHow] = useState<"causes" | "hosts">("causes");
  const [start, end] = [wireTime(from), wireTime(to)];
  const isBackward = start !== undefined && Date.parse(start) >= (end ? Date.parse(end) : Date.now());
  const go = useMutation({
    mutationFn: async () => {
      if (!start) return;
      if (how === "causes") {
        const search = { group: [group.name], from: start, to: end ?? new Date().toISOString() };
        return navigate({ to: "/changes", search });
      }
      const hosts = (await comparedOf(client, group)).slice(0, SIDE_BY_SIDE);
      const pairs = await pairsOf(hosts, Date.parse(start), end ? Date.parse(end) : undefined);
      if (pairs.system_ids.length + pairs.hsp_ids.length === 0)
        throw new Error("nothing is kept of these hosts at these moments");
      return navigate({ to: "/compare", search: { ...pairs, reference_id: "" } });
    },
    // Who goes back before the other page is there finds the group, not this dialog.
    onSuccess: close,
  });
  return (
    <Frame
      title={`${group.name} at two moments`}
      verb="Compare"
      isDisabled={!start || isBackward}
      isBusy={go.isPending}
      error={go.error}
      close={close}
      act={() => go.mutate()}
    >
      <div className="pl-twomoments">
        <FormGroup label="From" fieldId="moments-from" isRequired>
          <input
            id="moments-from"
            className="pl-datetime"
            type="datetime-local"
            value={from}
            onChange={event => setFrom(event.target.value)}
          />
        </FormGroup>
        <FormGroup label="To, or now" fieldId="moments-to">
          <input
            id="moments-to"
            className="pl-datetime"
            type="datetime-local"
            value={to}
            onChange={event => setTo(event.target.value)}
          />
        </FormGroup>
      </div>
      {isBackward && <p className="pl-wrong">The first moment is the earlier one.</p>}
      <div role="radiogroup" aria-label="What is shown">
        <Radio
          id="moments-causes"
          name="moments-how"
          label="What changed in between"
          description="by cause, with the number of hosts"
          isChecked={how === "causes"}
          onChange={() => setHow("causes")}
        />
        <Radio
          id="moments-hosts"
          name="moments-how"
          label="Hosts side by side"
          description={`each as it was and as it is; the first ${SIDE_BY_SIDE} by name`}
          isChecked={how === "hosts"}
          onChange={() => setHow("hosts")}
        />
      </div>
    </Frame>
  );
}
