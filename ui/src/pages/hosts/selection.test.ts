import { act, renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { between, useSelection } from "./selection";

const host = (id: string) => ({ id, display_name: id, groups: [] });
const rows = ["a", "b", "c", "d"].map(host);

it("between two rows lie both, in either direction", () => {
  expect(between(rows, "c", "a").map(row => row.id)).toEqual(["a", "b", "c"]);
  expect(between(rows, "a", "gone")).toEqual([]);
});

describe("a selection", () => {
  const start = () => renderHook(() => useSelection(() => rows));
  const ids = (hook: ReturnType<typeof start>) => [...hook.result.current.chosen.keys()].sort();

  it("takes one and lets go of it", () => {
    const hook = start();
    act(() => hook.result.current.toggle(host("a"), false));
    expect(ids(hook)).toEqual(["a"]);
    act(() => hook.result.current.toggle(host("a"), false));
    expect(ids(hook)).toEqual([]);
  });

  it("takes all through to another one", () => {
    const hook = start();
    act(() => hook.result.current.toggle(host("b"), false));
    act(() => hook.result.current.toggle(host("d"), true));
    expect(ids(hook)).toEqual(["b", "c", "d"]);
  });

  it("takes all, and none when it has all", () => {
    const hook = start();
    act(() => hook.result.current.toggleAll(rows));
    expect(ids(hook)).toHaveLength(4);
    act(() => hook.result.current.toggleAll(rows));
    expect(ids(hook)).toEqual([]);
  });
});
