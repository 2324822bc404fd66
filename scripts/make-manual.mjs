// Writes the programs' manual pages to build/man, from the compiled programs' own descriptions.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { manPages } from "../build/src/cli/man-pages.js";

const to = fileURLToPath(new URL("../build/man/", import.meta.url));
mkdirSync(to, { recursive: true });
for (const [name, text] of manPages()) writeFileSync(to + name, text);
