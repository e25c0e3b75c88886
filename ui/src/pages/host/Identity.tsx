import { Alert, Button } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Collision, type Hardware, identityOf, settleCollision, splitHost } from "../../api/identity";
import { KEYS } from "../../api/queries";
import { Failure } from "../../parts/Failure";
import { exact } from "../../parts/format";
import { notify } from "../../parts/notices";
import { visible } from "../../parts/visible";

/** What a machine is told by, in one line. */
const told = ({ bios_uuid, mac_addresses = [] }: Hardware) =>
  [bios_uuid, mac_addresses.join(" ")].filter(Boolean).join(" · ") || "says nothing of its hardware";

/** Which reports were taken for this host, on which fact, and why it may be two machines. */
export default function Identity({ id }: { id: string }) {
  const identity = useQuery(identityOf(id));
  if (identity.error) {
    return (
      <Failure
        error={identity.error}
        what="The identity of this host cannot be shown"
        retry={() => void identity.refetch()}
      />
    );
  }
  if (!identity.data) return <div className="pl-loading" />;
  const { collision, matches } = identity.data;
  return (
    <section aria-label="Identity">
      {collision && !collision.settled && <Claimed id={id} collision={collision} />}
      <table className="pl-table">
        <caption className="pl-hidden">Reports that were taken for this host, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Reporter</th>
            <th scope="col">Recognised by</th>
            <th scope="col">Hardware</th>
          </tr>
        </thead>
        <tbody>
          {matches.map(match => (
            <tr key={match.seq}>
              <td className="pl-num">{exact(match.at)}</td>
              <td>{visible(match.reporter ?? "")}</td>
              <td>{match.matched ?? (match.kind === "created" ? "nothing: it was new" : "its id")}</td>
              <td>{told(match.hardware)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Two machines claim the host: which, and what can be done. */
function Claimed({ id, collision }: { id: string; collision: Collision }) {
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => notify({ kind: "success", text: "Done" }),
    onSettled: () => {
      for (const family of Object.values(KEYS)) void client.invalidateQueries({ queryKey: [family] });
    },
  });
  return (
    <Alert
      isInline
      variant="warning"
      component="h2"
      title={`Two machines claim this host: ${collision.conflict.join(", ")} came and went`}
      actionLinks={
        <Button
          variant="link"
          isInline
          isDisabled={act.isPending}
          onClick={() => act.mutate(() => settleCollision(id))}
        >
          It is one machine
        </Button>
      }
    >
      <ul>
        {collision.machines.map(machine => (
          <li key={machine.seq}>
            {told(machine.hardware)}, last told apart {exact(machine.last_seen)}{" "}
            <Button
              variant="link"
              isInline
              isDisabled={act.isPending}
              onClick={() => act.mutate(() => splitHost(id, machine.seq))}
            >
              Make it a host of its own
            </Button>
          </li>
        ))}
      </ul>
      {act.error && <Failure error={act.error} what="It did not work" />}
    </Alert>
  );
}
