import { Button } from "@patternfly/react-core";
import { lazy, Suspense, useState } from "react";
import { loaded } from "../parts/loaded";

const AddMachineDialog = lazy(() => loaded(() => import("./AddMachineDialog")));

/** A button to add a machine; its dialog is loaded when it is first needed. */
export function AddMachine({ isPrimary = false }: { isPrimary?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant={isPrimary ? "primary" : "secondary"} onClick={() => setOpen(true)}>
        Add a machine
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <AddMachineDialog close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
