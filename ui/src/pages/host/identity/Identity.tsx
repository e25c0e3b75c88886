import "./identity.css";
import { Button } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { identityOf } from "../../../api/identity";
import { Failure } from "../../../parts/Failure";
import { exact } from "../../../parts/format";
import { visible } from "../../../parts/visible";
import { Claimed } from "./Claimed";
import { Decided } from "./Decided";
import { MergeDialog } from "./MergeDialog";
import { told } from "./words";

/** Which reports were taken for this host, on which fact, and why it may be two machines. */
export default function Identity({ id, name }: { id: string; name: string }) {
  const identity = useQuery(identityOf(id));
  const [isMerging, setMerging] = useState(false);
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
    <div className="pl-identity">
      {collision && !collision.settled && <Claimed id={id} collision={collision} />}
      <Decided id={id} />
      <div className="pl-identity__reports">
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
      </div>
      <p>
        <Button variant="link" isInline onClick={() => setMerging(true)}>
          Another host is this machine too…
        </Button>
      </p>
      {isMerging && <MergeDialog id={id} name={name} close={() => setMerging(false)} />}
    </div>
  );
}
