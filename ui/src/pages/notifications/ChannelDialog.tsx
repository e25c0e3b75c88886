import { Checkbox, FormGroup, Radio, TextInput } from "@patternfly/react-core";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { useAct } from "../../actions/useAct";
import { type Channel, saveChannel } from "../../api/notifications";
import { EVENTS } from "./words";

interface ChannelDialogProps {
  /** The channel that is changed; a new one without it. */
  channel: Channel | undefined;
  /** Names that a new one cannot have. */
  taken: readonly string[];
  close: () => void;
  saved: (channel: Channel) => void;
}

const ADDRESS = {
  webhook: { label: "URL", example: "https://chat.example.org/hook" },
  email: { label: "Address", example: "ops@example.org" },
} as const;

/** Makes a channel, or changes where it leads and what it is told. */
export function ChannelDialog({ channel, taken, close, saved }: ChannelDialogProps) {
  const [kind, setKind] = useState<"webhook" | "email">(channel?.kind === "email" ? "email" : "webhook");
  const [name, setName] = useState(channel?.name ?? "");
  const [address, setAddress] = useState(channel?.address ?? "");
  const [events, setEvents] = useState<readonly string[]>(channel?.events ?? ["alert", "cause"]);
  const [secret, setSecret] = useState("");
  const wanted = name.trim();
  const isTaken = !channel && taken.includes(wanted);
  const act = useAct({ close }, channel ? `${wanted} is changed` : `${wanted} is told from now on`);
  const { label, example } = ADDRESS[kind];
  const save = async () =>
    saved(
      await saveChannel(wanted, {
        kind,
        address: address.trim(),
        events: [...events],
        ...(kind === "webhook" && secret !== "" ? { secret } : {}),
      }),
    );
  return (
    <Frame
      title={channel ? `Change ${channel.name}` : "New channel"}
      verb={channel ? "Save" : "Create"}
      isDisabled={wanted === "" || isTaken || address.trim() === "" || events.length === 0}
      isBusy={act.isPending}
      error={act.error}
      close={close}
      act={() => act.mutate(save)}
    >
      <div className="pl-channel__kinds" role="radiogroup" aria-label="Kind">
        <Radio
          id="channel-webhook"
          name="channel-kind"
          label="Webhook"
          description="a signed call, for a chat or a program"
          isChecked={kind === "webhook"}
          onChange={() => setKind("webhook")}
        />
        <Radio
          id="channel-email"
          name="channel-kind"
          label="E-mail"
          description="by the server that the operator has set"
          isChecked={kind === "email"}
          onChange={() => setKind("email")}
        />
      </div>
      <FormGroup label="Name" fieldId="channel-name" isRequired>
        <TextInput
          id="channel-name"
          value={name}
          onChange={(_, value) => setName(value)}
          maxLength={100}
          isDisabled={channel !== undefined}
          isRequired
        />
        {isTaken && <p className="pl-wrong">There is a channel of this name.</p>}
      </FormGroup>
      <FormGroup label={label} fieldId="channel-address" isRequired>
        <TextInput
          id="channel-address"
          type={kind === "email" ? "email" : "url"}
          value={address}
          onChange={(_, value) => setAddress(value)}
          placeholder={example}
          maxLength={2_000}
          isRequired
        />
      </FormGroup>
      <FormGroup label="Told of" role="group" fieldId="channel-events">
        <div className="pl-channel__told">
          {EVENTS.map(each => (
            <Checkbox
              key={each.event}
              id={`channel-${each.event}`}
              label={each.name}
              description={each.about}
              isChecked={events.includes(each.event)}
              onChange={(_, isOn) =>
                setEvents(isOn ? [...events, each.event] : events.filter(other => other !== each.event))
              }
            />
          ))}
        </div>
      </FormGroup>
      {kind === "webhook" && (
        <details>
          <summary>{channel ? "Another secret" : "A secret of your own"}</summary>
          <FormGroup label="Secret, 16 to 200 bytes" fieldId="channel-secret">
            <TextInput
              id="channel-secret"
              value={secret}
              onChange={(_, value) => setSecret(value)}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
            />
          </FormGroup>
          <p className="pl-subtle">
            {channel
              ? "Without one it keeps the secret that it has."
              : "Without one it gets one, which is told once."}
          </p>
        </details>
      )}
    </Frame>
  );
}
