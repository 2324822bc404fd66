"use strict";
const { existsSync } = require("node:fs");
const { basename, join } = require("node:path");

/** What a program in this directory does with the error of loading it: one line, when it was never built. */
module.exports = (program, error) => {
  const name = basename(program);
  const root = join(__dirname, "..");
  if (existsSync(join(root, "build", "src", "cli", `${name}.js`))) throw error;
  process.stderr.write(`${name}: kvd is not built; \`npm run build\` in ${root} builds it\n`);
  process.exitCode = 9;
};
