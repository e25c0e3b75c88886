import { renderHook } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { dismiss, useNotices } from "../../parts/notices";
import { tell } from "./tell";

const news = {
  tag: "silent",
  title: "2 hosts fell silent",
  body: "7 hosts are silent for long",
  to: "/hosts",
};
const shown = () => renderHook(useNotices).result.current;

afterEach(() => {
  vi.unstubAllGlobals();
  for (const { id } of shown()) dismiss(id);
});

it("the browser tells it, and leads to the page that says more", () => {
  const made: { title: string; onclick?: () => void }[] = [];
  vi.stubGlobal(
    "Notification",
    class {
      onclick?: () => void;
      close() {}
      constructor(public title: string) {
        made.push(this);
      }
    },
  );
  const go = vi.fn();
  tell(news, go);
  expect(made.map(notice => notice.title)).toEqual(["2 hosts fell silent"]);
  made[0]?.onclick?.();
  expect(go).toHaveBeenCalledWith("/hosts");
  expect(shown()).toEqual([]);
});

it("where the browser lets no page tell by itself, the page does", () => {
  vi.stubGlobal(
    "Notification",
    class {
      constructor() {
        throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification() instead.");
      }
    },
  );
  tell(news, () => undefined);
  expect(shown().map(({ kind, text }) => [kind, text])).toEqual([
    ["info", "2 hosts fell silent: 7 hosts are silent for long"],
  ]);
});
