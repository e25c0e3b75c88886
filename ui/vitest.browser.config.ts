import { defineConfig } from "vitest/config";

/** What measures times has the machine for itself. */
const TIMED = ["charts", "scroll", "truth"].map(name => `tests/browser/${name}.test.ts`);

/** Once more where a busy machine drew late; a run says which tests needed it. */
const each = { environment: "node", testTimeout: 180_000, hookTimeout: 180_000, retry: 1 } as const;

// The pages in a real browser against the real program; see tests/support. Each file has both for itself.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...each,
          name: "pages",
          include: ["tests/browser/**/*.test.ts"],
          exclude: TIMED,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...each, name: "timed", include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
