// Puts a gzip beside every file of dist/ that gets smaller by it; the program sends it to whoever takes it.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";

const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const text = /\.(html|js|css|svg|json|txt)$/;
for (const name of readdirSync(dist, { recursive: true })) {
  const file = join(dist, name);
  if (name.endsWith(".gz")) {
    rmSync(file);
    continue;
  }
  if (!text.test(name) || !statSync(file).isFile()) continue;
  const plain = readFileSync(file);
  const packed = gzipSync(plain, { level: constants.Z_BEST_COMPRESSION });
  if (packed.length < plain.length * 0.95) writeFileSync(`${file}.gz`, packed);
}
