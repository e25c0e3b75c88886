import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import type { Channel } from "../../api/notifications";
import { CopyButton } from "../../parts/CopyButton";

/** The secret of a new webhook: it is told this once. */
export function SecretDialog({ channel, close }: { channel: Channel; close: () => void }) {
  return (
    <Modal variant="small" isOpen onClose={close} aria-labelledby="secret-title">
      <ModalHeader title={`The secret of ${channel.name}`} labelId="secret-title" />
      <ModalBody>
        <p>
          Calls are signed with it, as Standard Webhooks has it. Give it to the receiver now: it is not told
          again.
        </p>
        <p className="pl-channel__secret">
          <code>{channel.secret}</code>
          <CopyButton text={channel.secret ?? ""} label="Copy the secret" />
        </p>
      </ModalBody>
      <ModalFooter>
        <Button onClick={close}>I have it</Button>
      </ModalFooter>
    </Modal>
  );
}
