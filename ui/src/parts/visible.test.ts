import { expect, it } from "vitest";
import { visible } from "./visible";

it("controls of direction are shown, and nothing else changes", () => {
  expect(visible("web\u202egpj.exe")).toBe("web⟨U+202E⟩gpj.exe");
  expect(visible("a\u0000b\u200bc")).toBe("a⟨U+0000⟩b⟨U+200B⟩c");
  expect(visible("Zoë-主機-שרת")).toBe("Zoë-主機-שרת");
});
