import { Button } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { failureOf } from "../../api/client";
import { type DeadLetter, deadLetters, removeDeadLetter, resend } from "../../api/notifications";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { RelativeTime } from "../../parts/RelativeTime";
import { visible } from "../../parts/visible";
import { eventName, KINDS } from "./words";

const failed = "Nothing is sent again";

/** What was given up, and why; it can be sent again. */
export function DeadLetters() {
  const found = useInfiniteQuery(deadLetters);
  const [removing, setRemoving] = useState<DeadLetter>();
  const letters = found.data?.pages.flatMap(page => page.dead_letters) ?? [];
  const total = found.data?.pages[0]?.total ?? 0;
  const again = useAct({ failed }, total === 1 ? "It is on its way again" : "All are on their way again");
  const error = failureOf(found);
  return (
    <section className="pl-dead" aria-labelledby="dead-title">
      <header className="pl-notifications__head">
        <h2 id="dead-title">Could not be delivered</h2>
        {total > 0 && <span className="pl-subtle pl-num">{counted(total, "dead letter")}</span>}
        {total > 0 && (
          <span className="pl-toolbar__end">
            <Button
              size="sm"
              variant="secondary"
              isLoading={again.isPending}
              isDisabled={again.isPending}
              onClick={() => again.mutate(() => resend())}
            >
              Send all again
            </Button>
          </span>
        )}
      </header>
      {error && (
        <Failure error={error} what="The dead letters cannot be shown" retry={() => void found.refetch()} />
      )}
      {found.data && total === 0 && (
        <p className="pl-dead__none">
          <CheckCircleIcon aria-hidden /> Nothing. What fails is tried again for five days; what is refused
          for good, or still fails then, stays here until it is sent again or removed.
        </p>
      )}
      {letters.length > 0 && (
        <table className="pl-table pl-table--dead" aria-labelledby="dead-title">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">To</th>
              <th scope="col">Why</th>
              <th scope="col">Given up</th>
              <th scope="col">
                <span className="pl-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {letters.map(letter => (
              <Letter key={letter.id} letter={letter} remove={() => setRemoving(letter)} />
            ))}
          </tbody>
        </table>
      )}
      {found.hasNextPage && (
        <Button
          variant="link"
          isLoading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
      {removing && <RemoveLetter letter={removing} close={() => setRemoving(undefined)} />}
    </section>
  );
}

function Letter({ letter, remove }: { letter: DeadLetter; remove: () => void }) {
  const again = useAct({ failed }, "It is on its way again");
  const subject = visible(letter.subject);
  return (
    <tr className="pl-row">
      <td className="pl-dead__what">
        <b title={subject}>{subject}</b>
        <span className="pl-subtle">{eventName(letter.event)}</span>
      </td>
      <td className="pl-dead__to">
        {letter.channel} <span className="pl-subtle">{KINDS[letter.kind] ?? letter.kind}</span>
      </td>
      <td className="pl-dead__why">
        {letter.reason}
        <span className="pl-subtle"> · {counted(letter.attempts, "attempt")}</span>
      </td>
      <td className="pl-dead__when">
        <RelativeTime at={letter.given_up} />
      </td>
      <td className="pl-dead__acts">
        <Button
          size="sm"
          variant="link"
          isDisabled={again.isPending}
          onClick={() => again.mutate(() => resend([letter.id]))}
          aria-label={`Send again: ${subject}`}
        >
          Send again
        </Button>
        <Button size="sm" variant="link" isDanger onClick={remove} aria-label={`Remove: ${subject}`}>
          Remove
        </Button>
      </td>
    </tr>
  );
}

function RemoveLetter({ letter, close }: { letter: DeadLetter; close: () => void }) {
  const act = useAct({ close }, "Removed");
  return (
    <Frame
      title="Remove the dead letter?"
      verb="Remove"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => removeDeadLetter(letter.id))}
    >
      <p>
        “{visible(letter.subject)}” will never reach {letter.channel}.
      </p>
    </Frame>
  );
}
