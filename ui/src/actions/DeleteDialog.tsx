import { deleteHosts } from "../api/mutations";
import { count, counted } from "../parts/format";
import { visible } from "../parts/visible";
import type { ActionProps } from ".";
import { Frame } from "./Frame";
import { nameOf } from "./names";
import { useAct } from "./useAct";

const NAMED = 8;

export function DeleteDialog(props: ActionProps) {
  const { hosts, close } = props;
  const act = useAct(props, `Deleted ${nameOf(hosts)}`);
  const rest = hosts.length - NAMED;
  return (
    <Frame
      title={`Delete ${nameOf(hosts)}?`}
      verb={hosts.length === 1 ? "Delete" : `Delete ${counted(hosts.length, "host")}`}
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => deleteHosts(hosts.map(host => host.id)))}
    >
      {hosts.length > 1 && (
        <ul className="pl-names">
          {hosts.slice(0, NAMED).map(host => (
            <li key={host.id}>{visible(host.display_name)}</li>
          ))}
          {rest > 0 && <li className="pl-subtle">and {count(rest)} more</li>}
        </ul>
      )}
      <p>
        {hosts.length === 1 ? "It leaves" : "They leave"} every list and group. The log keeps what was; a
        machine that reports again comes back as a new host.
      </p>
    </Frame>
  );
}
