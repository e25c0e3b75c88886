import { defineConfig } from "vitest/config";

// The pages in a real browser against the real program; see tests/browser/support.
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
