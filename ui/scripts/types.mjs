// Writes the types of the API from its committed documents, so that they always agree with them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "../src/api/generated");
mkdirSync(folder, { recursive: true });
for (const name of ["inventory", "fleet", "baselines", "login", "notifications", "regressions", "causes"]) {
  const document = join(here, `../../openapi/${name}.json`);
  const file = join(folder, `${name}.ts`);
  const text = astToString(await openapiTS(JSON.parse(readFileSync(document, "utf8"))));
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    writeFileSync(file, text);
  }
}
