import { Button, Label } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ClockIcon from "@patternfly/react-icons/dist/esm/icons/clock-icon";
import EnvelopeIcon from "@patternfly/react-icons/dist/esm/icons/envelope-icon";
import ExclamationTriangleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
import GlobeIcon from "@patternfly/react-icons/dist/esm/icons/globe-icon";
import { useAct } from "../../actions/useAct";
import { type Channel, testChannel } from "../../api/notifications";
import { counted } from "../../parts/format";
import { eventName, KINDS, standingOf } from "./words";

interface ChannelCardProps {
  channel: Channel;
  change: () => void;
  remove: () => void;
}

/** A channel: where it leads, what it is told, and how it goes. */
export function ChannelCard({ channel, change, remove }: ChannelCardProps) {
  const test = useAct({ failed: "No test was sent" }, `A test is on its way to ${channel.name}`);
  const KindIcon = channel.kind === "email" ? EnvelopeIcon : GlobeIcon;
  return (
    <article className="pl-panel pl-channel" aria-label={channel.name}>
      <header>
        <KindIcon aria-label={KINDS[channel.kind]} role="img" />
        <h2>{channel.name}</h2>
        <Standing channel={channel} />
      </header>
      <code className="pl-channel__address">{channel.address}</code>
      <div className="pl-channel__events">
        {channel.events.map(event => (
          <Label key={event} isCompact variant="outline">
            {eventName(event)}
          </Label>
        ))}
      </div>
      {channel.reason && (
        <p className="pl-channel__reason">
          The last of {counted(channel.failures, "attempt")}: {channel.reason}
        </p>
      )}
      <footer>
        <Button
          size="sm"
          variant="secondary"
          isLoading={test.isPending}
          isDisabled={test.isPending}
          onClick={() => test.mutate(() => testChannel(channel.name))}
          aria-label={`Send a test to ${channel.name}`}
        >
          Send a test
        </Button>
        <Button size="sm" variant="link" onClick={change} aria-label={`Change ${channel.name}`}>
          Change
        </Button>
        <Button size="sm" variant="link" isDanger onClick={remove} aria-label={`Remove ${channel.name}`}>
          Remove
        </Button>
      </footer>
    </article>
  );
}

/** Colour, sign and words. */
function Standing({ channel }: { channel: Channel }) {
  const standing = standingOf(channel);
  const Icon = { failing: ExclamationTriangleIcon, waiting: ClockIcon, well: CheckCircleIcon }[standing];
  const dead = channel.dead > 0 ? `, ${channel.dead} given up` : "";
  const words = {
    failing: `Fails, ${channel.waiting} waiting`,
    waiting: counted(channel.waiting, "waits", "wait"),
    well: dead ? "Nothing waits" : "All delivered",
  }[standing];
  return (
    <span className={`pl-channel__standing pl-channel__standing--${standing}`}>
      <Icon aria-hidden /> {words}
      {dead}
    </span>
  );
}
