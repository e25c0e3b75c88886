// What a first visit loads: the page, and every script and style that its entry needs before it shows anything,
// plus the route that it lands on. Fonts are counted apart. Ends with 1 above the budget.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET = 400_000;
const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const packed = file => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

/** The files that a chunk needs at once: itself, what it imports, and their styles. */
function graph(key, seen = new Set(), files = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return files;
  seen.add(key);
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const next of chunk.imports ?? []) graph(next, seen, files);
  return files;
}

const entry = Object.keys(manifest).find(key => manifest[key].isEntry);
if (!entry) throw new Error("dist/.vite/manifest.json names no entry: npm run build");
const base = graph(entry);
const sum = files => [...files].reduce((total, file) => total + packed(file), 0) + packed("index.html");
const routes = Object.keys(manifest).filter(key => /^src\/pages\/[^/]+\/[A-Z]\w*Page\.tsx$/.test(key));
if (routes.length === 0) throw new Error("no page is a chunk of its own: the budget would mean nothing");
let worst = 0;
for (const route of routes) {
  const bytes = sum(graph(route, new Set(), new Set(base)));
  worst = Math.max(worst, bytes);
  process.stdout.write(`${(bytes / 1000).toFixed(1).padStart(7)} KB  ${route}\n`);
}
process.stdout.write(
  `${(sum(base) / 1000).toFixed(1).padStart(7)} KB  the frame alone; budget ${BUDGET / 1000} KB\n`,
);
if (worst > BUDGET) {
  process.stderr.write(`the first load is ${worst} bytes compressed, more than ${BUDGET}\n`);
  process.exit(1);
}
