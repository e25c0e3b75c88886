import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, type ReactNode, useId } from "react";
import { Failure } from "../parts/Failure";

interface FrameProps {
  title: string;
  /** What the button says. */
  verb: string;
  isDanger?: boolean;
  isDisabled?: boolean;
  isBusy: boolean;
  error: Error | null;
  close: () => void;
  act: () => void;
  children: ReactNode;
}

/** What every dialog has: a title, what it does, what went wrong, a button to do it and one to leave. */
export function Frame({
  title,
  verb,
  isDanger,
  isDisabled,
  isBusy,
  error,
  close,
  act,
  children,
}: FrameProps) {
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isDisabled && !isBusy) act();
  };
  return (
    <Modal variant="small" isOpen onClose={close} aria-labelledby={`${id}-title`}>
      <ModalHeader
        title={title}
        labelId={`${id}-title`}
        titleIconVariant={isDanger ? "warning" : undefined}
      />
      <ModalBody tabIndex={0} aria-label={title}>
        <Form id={id} onSubmit={submit} className="pl-dialog">
          {children}
          {error && <Failure error={error} what="It did not work" />}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form={id}
          variant={isDanger ? "danger" : "primary"}
          isDisabled={isDisabled || isBusy}
          isLoading={isBusy}
        >
          {verb}
        </Button>
        <Button variant="link" onClick={close}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
