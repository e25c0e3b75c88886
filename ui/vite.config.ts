import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const target = process.env.PLUMBLINE ?? "http://127.0.0.1:8080";

/** The version of the program that these pages are of. */
const version =
  /^version = "([^"]+)"/m.exec(readFileSync(new URL("../Cargo.toml", import.meta.url), "utf8"))?.[1] ?? "";

export default defineConfig({
  define: { "import.meta.env.VITE_VERSION": JSON.stringify(version) },
  plugins: [react()],
  build: {
    target: "es2022",
    manifest: true,
    // Small assets stay files: the content policy of the pages allows no data urls for scripts and fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    // `npm run dev` beside a `plumbline up`; PLUMBLINE names another address. It answers only its own pages: these
    // are passed on as such.
    proxy: Object.fromEntries(
      ["/api", "/prometheus"].map(base => [
        base,
        { target, changeOrigin: true, headers: { origin: target } },
      ]),
    ),
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // The tests leave nothing behind, and a page for each file takes most of the time.
    isolate: false,
  },
});
