import type { Query, QueryClient } from "@tanstack/react-query";
import { ask, fleet, isRefusal, requests } from "./client";
import type { StreamEvent } from "./fleet";
import { KEYS } from "./queries";

export type Connection = "connecting" | "live" | "waiting" | "refused" | "paused";

/** What the frame shows of the stream. */
export interface LiveState {
  connection: Connection;
  /** Since when nothing was heard, by this machine's clock; not set while the stream is listened to. */
  lostAt: number | undefined;
  /** When something last changed, by this machine's clock. */
  changedAt: number | undefined;
  /** Hosts of the last event, to be lit up for a moment. */
  touched: ReadonlySet<string>;
}

/** Lists are asked anew so often at most, however fast changes come. */
const THROTTLE = 700;
const RETRY = [1_000, 2_000, 5_000, 10_000];
/** Who may not have the stream asks again so late. */
const REFUSED = 60_000;
/** What `readyState` says of a stream that the browser has given up; a worker and tests have no `EventSource` to ask. */
const CLOSED = 2;
/** A hidden page lets go of its connection after this: a browser has six of them for a server. */
const HIDDEN = 20_000;

/** Follows the log: says which answers are out of date, and whether it still listens. */
export class Live {
  #state: LiveState = {
    connection: "connecting",
    lostAt: undefined,
    changedAt: undefined,
    touched: new Set(),
  };
  #listeners = new Set<() => void>();
  #source: EventSource | undefined;
  #seq: number | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #pending: { ids: Set<string>; all: boolean } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(
    private readonly client: QueryClient,
    private readonly open: (url: string) => EventSource = url => new EventSource(url),
  ) {}

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = () => this.#state;

  start(): () => void {
    const visibility = () => {
      clearTimeout(this.#hidden);
      if (document.hidden) this.#hidden = setTimeout(() => this.#close("paused"), HIDDEN);
      else if (this.#state.connection !== "live") this.#connect();
    };
    // What other requests find out holds for the stream too, which may not have noticed yet.
    const away = () => this.#state.connection === "live" && this.#lost();
    requests.addEventListener("away", away);
    document.addEventListener("visibilitychange", visibility);
    this.#connect();
    return () => {
      requests.removeEventListener("away", away);
      document.removeEventListener("visibilitychange", visibility);
      clearTimeout(this.#hidden);
      clearTimeout(this.#timer);
      this.#close("paused");
    };
  }

  #connect() {
    this.#close(this.#failures === 0 ? "connecting" : "waiting");
    const source = this.open(fleet("/changes/stream"));
    this.#source = source;
    source.addEventListener("changes", event =>
      this.#heard(JSON.parse((event as MessageEvent<string>).data)),
    );
    source.onerror = () => (source.readyState === CLOSED ? void this.#ended(source) : this.#lost());
  }

  /** The stream was answered with something else: who may not have it is not told that the server is away. */
  async #ended(source: EventSource) {
    const refused = await ask(fleet("/changes?limit=1")).then(() => false, isRefusal);
    if (this.#source !== source) return;
    if (!refused) return this.#lost();
    this.#close("refused");
    this.#retry = setTimeout(() => this.#connect(), REFUSED);
  }

  #lost() {
    const wait = RETRY[Math.min(this.#failures, RETRY.length - 1)];
    this.#failures += 1;
    this.#close("waiting");
    this.#set({ lostAt: this.#state.lostAt ?? Date.now() });
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #close(connection: Connection) {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
    this.#set({ connection });
  }

  #heard(event: StreamEvent) {
    this.#failures = 0;
    if (this.#state.lostAt !== undefined) this.#askAgain();
    // The first event after an interruption tells whether anything was missed.
    const missed = this.#seq !== undefined && event.count === 0 && event.seq !== this.#seq;
    this.#seq = event.seq;
    if (event.count === 0 && !missed) {
      this.#set({ connection: "live" });
      return;
    }
    const ids = new Set(event.changes.map(change => change.host.id));
    this.#set({ connection: "live", changedAt: Date.now(), touched: ids });
    this.#outdated(ids, missed || event.count > event.changes.length);
  }

  /** The server is back: whatever failed meanwhile, or waits for its next attempt, is asked now. */
  #askAgain() {
    this.#set({ lostAt: undefined });
    const failed = {
      predicate: ({ state }: Query) => state.fetchFailureCount > 0 || state.status === "error",
    };
    void this.client.refetchQueries({ type: "active", ...failed });
  }

  #outdated(ids: ReadonlySet<string>, all: boolean) {
    this.#pending ??= { ids: new Set(), all: false };
    for (const id of ids) this.#pending.ids.add(id);
    this.#pending.all ||= all;
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + THROTTLE - Date.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  #flush() {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#timer = undefined;
    this.#last = Date.now();
    if (!pending) return;
    const ofHosts: readonly unknown[] = [KEYS.host, KEYS.timeline];
    const everywhere: readonly unknown[] = [
      ...[KEYS.hosts, KEYS.tags, KEYS.groups, KEYS.overview],
      ...[KEYS.changes, KEYS.packages],
    ];
    void this.client.invalidateQueries({
      predicate: ({ queryKey: [family, id] }) =>
        everywhere.includes(family) ||
        (ofHosts.includes(family) && (pending.all || pending.ids.has(id as string))),
    });
  }

  #set(change: Partial<LiveState>) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
