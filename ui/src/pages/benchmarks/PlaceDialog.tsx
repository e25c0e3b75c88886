import { FormGroup, TextInput } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Frame } from "../../actions/Frame";
import { add, BENCHMARKS, type Flavor, replace, type Site } from "../../api/benchmarks";
import { notify } from "../../parts/notices";

export type PlaceAction = { kind: "site"; edited?: Site } | { kind: "flavor"; site: Site; edited?: Flavor };

/** A site or a flavor, to be submitted or changed. */
export function PlaceDialog({ close, ...action }: PlaceAction & { close: () => void }) {
  const client = useQueryClient();
  const { kind, edited } = action;
  const [name, setName] = useState(edited?.name ?? "");
  const [address, setAddress] = useState(kind === "site" ? (action.edited?.address ?? "") : "");
  const [description, setDescription] = useState(edited?.description ?? "");
  const send = useMutation({
    mutationFn: () => {
      const body = {
        name: name.trim(),
        ...(kind === "site" ? { address: address.trim() } : {}),
        description: description.trim(),
      };
      if (edited) return replace(kind === "site" ? "sites" : "flavors", edited.id, body);
      return add<unknown>(action.kind === "site" ? "sites" : `sites/${action.site.id}/flavors`, body);
    },
    onSuccess: () => {
      notify({
        kind: "success",
        text: edited ? "Stored" : `${name.trim()} is submitted, and shown once it is approved`,
      });
      close();
    },
    onSettled: () => client.invalidateQueries({ queryKey: [BENCHMARKS] }),
  });
  const place = kind === "flavor" ? ` of ${action.site.name}` : "";
  return (
    <Frame
      title={edited ? `Edit ${edited.name}` : `New ${kind}${place}`}
      verb={edited ? "Save" : "Submit"}
      isDisabled={name.trim() === "" || (kind === "site" && address.trim() === "")}
      isBusy={send.isPending}
      error={send.error}
      close={close}
      act={() => send.mutate()}
    >
      <FormGroup label="Name" fieldId="place-name" isRequired>
        <TextInput
          id="place-name"
          value={name}
          onChange={(_, value) => setName(value)}
          isRequired
          autoFocus
        />
      </FormGroup>
      {kind === "site" && (
        <FormGroup label="Address" fieldId="place-address" isRequired>
          <TextInput
            id="place-address"
            value={address}
            onChange={(_, value) => setAddress(value)}
            isRequired
          />
        </FormGroup>
      )}
      <FormGroup label="Description" fieldId="place-description">
        <TextInput
          id="place-description"
          value={description}
          onChange={(_, value) => setDescription(value)}
        />
      </FormGroup>
    </Frame>
  );
}
