import { expect, it } from "vitest";
import type { Alert } from "../../api/alerts";
import type { DriftCause } from "../../api/driftcauses";
import { newsBetween } from "./news";

const alert = (id: string, state: Alert["state"]) =>
  ({ id, state, firing: 1, rule: { name: id, summary: "" } }) as Alert;
const cause = (id: string) => ({ id, baseline_name: "gold", headline: `because of ${id}` }) as DriftCause;
const titles = (...[before, now]: Parameters<typeof newsBetween>) =>
  newsBetween(before, now).map(news => news.title);

it("an alert is told when it begins to fire, and once", () => {
  const before = { alerts: [alert("cpu", "pending"), alert("disk", "firing")] };
  const now = { alerts: [alert("cpu", "firing"), alert("disk", "firing")] };
  expect(titles(before, now)).toEqual(["cpu fires"]);
  expect(titles(now, now)).toEqual([]);
});

it("a cause and silence are told when they come up, and not when they go", () => {
  expect(
    titles({ causes: [cause("1")], silent: 2 }, { causes: [cause("1"), cause("2")], silent: 5 }),
  ).toEqual(["Hosts are not as gold says", "3 hosts fell silent"]);
  expect(titles({ causes: [cause("1")], silent: 5 }, { causes: [], silent: 2 })).toEqual([]);
});

it("what is first seen is no news", () => {
  const now = { alerts: [alert("cpu", "firing")], causes: [cause("1")], silent: 7 };
  expect(titles({}, now)).toEqual([]);
  expect(titles(now, {})).toEqual([]);
});
