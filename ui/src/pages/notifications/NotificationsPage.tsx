import "./notifications.css";
import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import BellIcon from "@patternfly/react-icons/dist/esm/icons/bell-icon";
import PlusIcon from "@patternfly/react-icons/dist/esm/icons/plus-icon";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { failureOf } from "../../api/client";
import { type Channel, channels, removeChannel } from "../../api/notifications";
import { BrowserSwitch } from "../../parts/BrowserSwitch";
import { Failure } from "../../parts/Failure";
import { counted } from "../../parts/format";
import { useTitle } from "../../parts/hooks";
import { ChannelCard } from "./ChannelCard";
import { ChannelDialog } from "./ChannelDialog";
import { DeadLetters } from "./DeadLetters";
import { SecretDialog } from "./SecretDialog";

/** Who is told what happens, how it goes, and what could not be delivered. */
export function NotificationsPage() {
  useTitle("Notifications");
  const found = useQuery(channels);
  const [editing, setEditing] = useState<Channel | "new">();
  const [removing, setRemoving] = useState<Channel>();
  const [made, setMade] = useState<Channel>();
  const all = found.data ?? [];
  const error = failureOf(found);
  const waiting = all.reduce((sum, channel) => sum + channel.waiting, 0);
  const create = (
    <Button size="sm" icon={<PlusIcon />} onClick={() => setEditing("new")}>
      New channel
    </Button>
  );
  return (
    <div className="pl-page">
      <header className="pl-notifications__head">
        <h1 className="pl-title">Notifications</h1>
        <Link to="/dashboards/alerts">Alerts</Link>
        <Link to="/causes">Causes of drift</Link>
        <Link to="/audit">Audit log</Link>
        {all.length > 0 && (
          <span className="pl-subtle pl-num" role="status">
            {counted(all.length, "channel")}
            {waiting > 0 && `, ${counted(waiting, "notification waits", "notifications wait")}`}
          </span>
        )}
        <span className="pl-toolbar__end">
          <BrowserSwitch />
          {all.length > 0 && create}
        </span>
      </header>
      {error && (
        <Failure error={error} what="The channels cannot be shown" retry={() => void found.refetch()} />
      )}
      {!found.data && !error && <div className="pl-loading" />}
      {found.data && all.length === 0 && (
        <EmptyState titleText="Nobody is told yet" headingLevel="h2" icon={BellIcon} variant="sm">
          <EmptyStateBody>
            A channel tells people or programs of alerts and of drift: the webhook of a chat, or an e-mail
            address. Whoever runs Plumbline may have set others, topics of Kafka among them.
          </EmptyStateBody>
          <EmptyStateFooter>{create}</EmptyStateFooter>
        </EmptyState>
      )}
      {all.length > 0 && (
        <section aria-label="Channels" className="pl-channels">
          {all.map(channel => (
            <ChannelCard
              key={channel.name}
              channel={channel}
              change={() => setEditing(channel)}
              remove={() => setRemoving(channel)}
            />
          ))}
        </section>
      )}
      {found.data && <DeadLetters />}
      {editing && (
        <ChannelDialog
          channel={editing === "new" ? undefined : editing}
          taken={all.map(channel => channel.name)}
          close={() => setEditing(undefined)}
          saved={channel => channel.secret && setMade(channel)}
        />
      )}
      {removing && <RemoveChannel channel={removing} close={() => setRemoving(undefined)} />}
      {made && <SecretDialog channel={made} close={() => setMade(undefined)} />}
    </div>
  );
}

function RemoveChannel({ channel, close }: { channel: Channel; close: () => void }) {
  const act = useAct({ close }, `Removed ${channel.name}`);
  return (
    <Frame
      title={`Remove ${channel.name}?`}
      verb="Remove"
      isDanger
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(() => removeChannel(channel.name))}
    >
      <p>
        {channel.address} is told nothing any more
        {channel.waiting > 0 &&
          `; ${counted(channel.waiting, "notification")} on the way to it will be given up`}
        .
      </p>
    </Frame>
  );
}
