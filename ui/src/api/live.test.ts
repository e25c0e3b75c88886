import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { requests } from "./client";
import { Live } from "./live";

class Stream extends EventTarget {
  static opened: Stream[] = [];
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    super();
    Stream.opened.push(this);
  }
  close() {
    this.closed = true;
  }
  tell(seq: number, ids: string[], count = ids.length) {
    const changes = ids.map(id => ({ host: { id, display_name: id } }));
    this.dispatchEvent(new MessageEvent("changes", { data: JSON.stringify({ seq, count, changes }) }));
  }
}

function follow() {
  Stream.opened = [];
  const client = new QueryClient();
  for (const key of [["hosts", "p"], ["host", "a"], ["host", "b"], ["overview"], ["diff", "a", 1, 2]]) {
    client.setQueryData(key, 1);
  }
  const live = new Live(client, url => new Stream(url) as unknown as EventSource);
  const stop = live.start();
  const stale = () =>
    client
      .getQueryCache()
      .getAll()
      .filter(query => query.state.isInvalidated)
      .map(query => query.queryKey.join(" "));
  return { live, stop, stale, client, stream: () => Stream.opened.at(-1) as Stream };
}

describe("the follower of the log", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is live with the first event, which changes nothing", () => {
    const { live, stale, stream } = follow();
    expect(live.snapshot().connection).toBe("connecting");
    stream().tell(7, []);
    vi.advanceTimersByTime(1_000);
    expect(live.snapshot().connection).toBe("live");
    expect(stale()).toEqual([]);
  });

  it("tells who may not have it no server that is away", async () => {
    const { live, stream } = follow();
    const fetched = vi
      .spyOn(globalThis, "fetch")
      .mockImplementation(async () => new Response("{}", { status: 403 }));
    Object.assign(stream(), { readyState: 2 });
    stream().onerror?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(live.snapshot()).toMatchObject({ connection: "refused", lostAt: undefined });
    fetched.mockResolvedValue(new Response("{}", { status: 503 }));
    await vi.advanceTimersByTimeAsync(60_000);
    Object.assign(stream(), { readyState: 2 });
    stream().onerror?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(live.snapshot().connection).toBe("waiting");
    fetched.mockRestore();
  });

  it("marks the lists and the touched host as out of date, and nothing that cannot change", () => {
    const { stale, stream } = follow();
    stream().tell(8, ["a"]);
    vi.advanceTimersByTime(1_000);
    expect(stale()).toEqual(["hosts p", "host a", "overview"]);
  });

  it("marks every host when an event does not name them all", () => {
    const { stale, stream } = follow();
    stream().tell(99, ["a"], 50);
    vi.advanceTimersByTime(1_000);
    expect(stale()).toContain("host b");
  });

  it("asks anew at most once in the time of the throttle", () => {
    const { stream, client } = follow();
    const asked = vi.spyOn(client, "invalidateQueries");
    for (let seq = 1; seq <= 20; seq += 1) {
      stream().tell(seq, ["a"]);
      vi.advanceTimersByTime(100);
    }
    expect(asked.mock.calls.length).toBeLessThanOrEqual(4);
    expect(asked.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  it("connects again after a failure, and then asks anew for what it missed", () => {
    const { live, stale, stream } = follow();
    stream().tell(5, []);
    stream().onerror?.();
    expect(live.snapshot().connection).toBe("waiting");
    vi.advanceTimersByTime(1_000);
    expect(Stream.opened).toHaveLength(2);
    stream().tell(9, [], 0);
    vi.advanceTimersByTime(1_000);
    expect(live.snapshot().connection).toBe("live");
    expect(stale()).toContain("host b");
  });

  it("lets go when it is stopped", () => {
    const { stop, stream } = follow();
    stop();
    expect(stream().closed).toBe(true);
  });

  it("is not live any more when another request finds nobody, until it is heard again", () => {
    const { live, stream } = follow();
    stream().tell(7, []);
    requests.dispatchEvent(new Event("away"));
    expect(live.snapshot().connection).toBe("waiting");
    expect(live.snapshot().lostAt).toBe(Date.now());
    vi.advanceTimersByTime(1_000);
    stream().tell(7, []);
    expect(live.snapshot()).toMatchObject({ connection: "live", lostAt: undefined });
  });
});
