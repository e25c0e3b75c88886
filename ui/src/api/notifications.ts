import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ask, notifications, send } from "./client";
import type { components } from "./generated/notifications";
import { KEYS } from "./queries";

type Schemas = components["schemas"];

export type Channel = Schemas["ChannelOut"];
export type ChannelIn = Schemas["ChannelIn"];
export type DeadLetter = Schemas["DeadLetterOut"];

/** Whether a channel has something that is on its way, or fails. */
const isBusy = ({ waiting, failures }: Channel) => waiting > 0 || failures > 0;

export const channels = queryOptions({
  queryKey: [KEYS.notifications, "channels"],
  queryFn: async ({ signal }) =>
    (await ask<Schemas["Channels"]>(notifications("/channels"), { signal })).channels,
  refetchInterval: ({ state }) => (state.data?.some(isBusy) ? 2_000 : 15_000),
});

export const deadLetters = infiniteQueryOptions({
  queryKey: [KEYS.notifications, "dead letters"],
  queryFn: ({ signal, pageParam }) => {
    const params = new URLSearchParams({ limit: "100" });
    if (pageParam) params.set("cursor", pageParam);
    return ask<Schemas["DeadLetters"]>(notifications(`/dead-letters?${params}`), { signal });
  },
  initialPageParam: "",
  getNextPageParam: page => page.next,
  refetchInterval: 15_000,
});

const channelPath = (name: string) => notifications(`/channels/${encodeURIComponent(name)}`);

/** Makes a channel or changes it; a new webhook's secret is in this answer and in no other. */
export const saveChannel = (name: string, channel: ChannelIn) =>
  send<Channel>("PUT", channelPath(name), channel);

export const removeChannel = (name: string) => send<void>("DELETE", channelPath(name));
export const testChannel = (name: string) => send<void>("POST", `${channelPath(name)}/test`);

/** Sends dead letters again: these, or all. */
export const resend = (ids?: readonly string[]) =>
  send<Schemas["Resent"]>("POST", notifications("/dead-letters/resend"), ids ? { ids } : {});

export const removeDeadLetter = (id: string) => send<void>("DELETE", notifications(`/dead-letters/${id}`));
