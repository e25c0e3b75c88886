import { expect, it } from "vitest";
import { COLUMNS, chosenColumns, USUAL } from "./columns";

const ids = (wanted?: string[]) => chosenColumns(wanted).map(column => column.id);

it("shows the usual columns when the address names none", () => {
  expect(ids()).toEqual(USUAL);
});

it("always shows the name, first, and knows nothing of what it does not know", () => {
  expect(ids(["seen", "nonsense", "os"])).toEqual(["name", "os", "seen"]);
});

it("has a name for each column, once", () => {
  expect(new Set(COLUMNS.map(column => column.id)).size).toBe(COLUMNS.length);
  expect(new Set(COLUMNS.map(column => column.title)).size).toBe(COLUMNS.length);
});
