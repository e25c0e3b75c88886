import { expect, it } from "vitest";
import { setTheme } from "./theme";

const dark = () => document.documentElement.classList.contains("pf-v6-theme-dark");

it("a choice is applied and kept, and the system's choice is kept by forgetting it", () => {
  setTheme("dark");
  expect(dark()).toBe(true);
  expect(localStorage.getItem("plumbline-theme")).toBe("dark");
  setTheme("light");
  expect(dark()).toBe(false);
  setTheme("system");
  expect(localStorage.getItem("plumbline-theme")).toBeNull();
});
