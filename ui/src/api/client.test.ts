import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, ask, chunks, send } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: string) {
  const fetched = vi.fn(async () => new Response(status === 204 ? null : body, { status }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

describe("asking", () => {
  it("gives the JSON of an answer, and nothing for an empty one", async () => {
    answering(200, '{"total":3}');
    expect(await ask("/x")).toEqual({ total: 3 });
    answering(204, "");
    expect(await ask("/x")).toBeUndefined();
  });

  it.each([
    [
      '{"title":"Bad Request","detail":"limit: not a number","status":400}',
      "Bad Request",
      "limit: not a number",
    ],
    [
      '"The number of hosts requested does not match"',
      "Status 400",
      "The number of hosts requested does not match",
    ],
    ["<html>bad gateway</html>", "Status 400", "<html>bad gateway</html>"],
  ])("throws a refusal with its text: %s", async (body, title, detail) => {
    answering(400, body);
    const error = await ask("/x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, title, detail });
  });

  it("says so when nobody answers", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed to fetch")));
    await expect(ask("/x")).rejects.toMatchObject({ status: 0, title: "No answer" });
  });

  it("sends a body as JSON", async () => {
    const fetched = answering(200, "");
    await send("PATCH", "/x", { display_name: "a" });
    expect(fetched).toHaveBeenCalledWith("/x", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: '{"display_name":"a"}',
    });
  });
});

it("cuts ids into runs", () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunks([], 2)).toEqual([]);
});
