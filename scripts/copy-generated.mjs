// The compiler leaves JavaScript where it lies: the generated schema must follow the compiled files.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const from = fileURLToPath(new URL("../src/wire/", import.meta.url));
const to = fileURLToPath(new URL("../build/src/wire/", import.meta.url));
mkdirSync(to, { recursive: true });
for (const file of ["schema.generated.js", "schema.generated.d.ts"]) copyFileSync(from + file, to + file);
