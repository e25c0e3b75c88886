import { expect, test } from "vitest";
import { parseQuery } from "../../api/search";
import { readDriftCausesSearch } from "./search";

test("an address says which causes are shown, and nonsense is left out", () => {
  const cause = "0b2c6d4e-0000-4000-8000-00000000000a";
  expect(readDriftCausesSearch({ side: "behind", state: "all", ignored: true, q: "ssl", cause })).toEqual({
    side: "behind",
    state: "all",
    ignored: true,
    q: "ssl",
    cause,
  });
  expect(readDriftCausesSearch({ side: "x", state: "open", ignored: "yes", q: 1, cause: "../x" })).toEqual(
    {},
  );
  expect(readDriftCausesSearch(parseQuery("?ignored=true&side=ours"))).toEqual({
    side: "ours",
    ignored: true,
  });
});
