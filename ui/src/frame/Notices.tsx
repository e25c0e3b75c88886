import { Alert, AlertActionCloseButton, AlertGroup } from "@patternfly/react-core";
import { dismiss, useNotices } from "../parts/notices";

/** What was done, or failed, said in passing. A failure stays until it is closed. */
export function Notices() {
  const notices = useNotices();
  return (
    <AlertGroup isToast isLiveRegion aria-label="Notices">
      {notices.map(({ id, kind, text }) => (
        <Alert
          key={id}
          variant={kind}
          component="p"
          title={text}
          timeout={kind === "danger" ? false : 5_000}
          onTimeout={() => dismiss(id)}
          actionClose={<AlertActionCloseButton onClose={() => dismiss(id)} />}
        />
      ))}
    </AlertGroup>
  );
}
