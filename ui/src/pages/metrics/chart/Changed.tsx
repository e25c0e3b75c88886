import "../../host/host.css";
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useNavigate } from "@tanstack/react-router";
import { causeText, KindMark, whatChanged } from "../../../parts/changes";
import { exact } from "../../../parts/format";
import { DiffView } from "../../host/diff/DiffView";
import type { HostChange } from "./hosts";

/** What a change of a host was, from a mark on a chart. */
export default function Changed({ host, moment, before, close }: HostChange & { close: () => void }) {
  const navigate = useNavigate();
  const toHost = () =>
    void navigate({
      to: "/hosts/$id",
      params: { id: host.id },
      search: before === undefined ? { at: moment.seq } : { from: before, to: moment.seq },
    });
  const title = `What changed on ${host.name}`;
  return (
    <Modal variant="large" isOpen onClose={close} aria-label={title}>
      <ModalHeader title={title} />
      <ModalBody tabIndex={0} aria-label={title}>
        <p>
          <KindMark kind={moment.kind} /> {exact(moment.at)} · {causeText(moment)}
          {whatChanged(moment) && <span className="pl-subtle"> · {whatChanged(moment)}</span>}
        </p>
        {before === undefined ? (
          <p className="pl-subtle">There is no state before it to compare with.</p>
        ) : (
          <DiffView id={host.id} from={before} to={moment.seq} isNow={false} close={toHost} />
        )}
      </ModalBody>
      <ModalFooter>
        <Button onClick={toHost}>Open the host</Button>
        <Button variant="link" onClick={close}>
          Close
        </Button>
      </ModalFooter>
    </Modal>
  );
}
