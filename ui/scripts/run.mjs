// Runs the function `main` of a TypeScript file: node scripts/run.mjs FILE [ARGUMENT…]
import { resolve } from "node:path";
import { runnerImport } from "vite";

const [file, ...rest] = process.argv.slice(2);
if (!file) throw new Error("name a file: node scripts/run.mjs FILE [ARGUMENT…]");
const { module } = await runnerImport(resolve(file));
await module.main(...rest);
process.exit(0);
