// Puts a brotli and a gzip beside every file of dist/ that gets smaller by it; the program sends what the browser takes.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const text = /\.(html|js|css|svg|json|txt)$/;
for (const name of readdirSync(dist, { recursive: true })) {
  const file = join(dist, name);
  if (/\.(gz|br)$/.test(name)) {
    rmSync(file);
    continue;
  }
  if (!text.test(name) || !statSync(file).isFile()) continue;
  const plain = readFileSync(file);
  const packed = {
    gz: gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }),
    br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
  };
  for (const [end, bytes] of Object.entries(packed)) {
    if (bytes.length < plain.length * 0.95) writeFileSync(`${file}.${end}`, bytes);
  }
}
