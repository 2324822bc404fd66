// Makes src/wire/schema.generated.{js,d.ts} from src/wire/kvd.proto. With --check it changes nothing and
// fails when the files are not what the schema gives.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const wire = fileURLToPath(new URL("../src/wire/", import.meta.url));
const files = ["schema.generated.js", "schema.generated.d.ts"];
// Encode and decode alone: kvd checks fields itself and never converts to plain objects or JSON.
const flags = [
  ...["--target", "static-module", "--wrap", "esm", "--root", "kvd", "--force-number", "--no-verify"],
  ...["--no-convert", "--no-delimited", "--no-typeurl", "--no-create", "--no-service"],
];

function pbjs(out, ...more) {
  const program = createRequire(import.meta.url).resolve("protobufjs-cli/bin/pbjs");
  const args = [program, ...flags, ...more, "--out", out, join(wire, "kvd.proto")];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error("pbjs failed");
}

function generate(directory) {
  const out = join(directory, files[0]);
  // The types are made from the comments, which the code itself can do without: a second run leaves them out.
  pbjs(out, "--dts");
  pbjs(out, "--no-comments");
}

const directory = mkdtempSync(join(tmpdir(), "kvd-wire-"));
try {
  generate(directory);
  for (const file of files) {
    const made = readFileSync(join(directory, file), "utf8");
    if (!process.argv.includes("--check")) {
      writeFileSync(join(wire, file), made);
    } else if (made !== readFileSync(join(wire, file), "utf8")) {
      console.error(`src/wire/${file} is not what kvd.proto gives: run npm run generate`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
