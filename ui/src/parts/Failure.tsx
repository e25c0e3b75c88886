import { Alert, AlertActionLink } from "@patternfly/react-core";
import { ApiError } from "../api/client";

/** What went wrong, in the words of the API, and a way to try again. */
export function Failure({ error, what, retry }: { error: Error; what: string; retry?: () => void }) {
  const status = error instanceof ApiError && error.status > 0 ? ` (${error.status})` : "";
  return (
    <Alert
      isInline
      variant="danger"
      component="p"
      title={`${what}${status}`}
      actionLinks={retry && <AlertActionLink onClick={retry}>Try again</AlertActionLink>}
    >
      {error.message}
    </Alert>
  );
}
