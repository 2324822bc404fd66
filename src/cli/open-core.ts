import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type OpenCore, withoutPrivacy } from "../lab/explore/core.ts";

/** The folders of the build that the protocol consists of. */
const FOLDERS = ["base", "paxos"] as const;

/**
 * Loads the protocol of the build that lies at `source` (by default the one that this file belongs to)
 * from a copy without private fields.
 */
export async function openCore(source: URL = new URL("../", import.meta.url)): Promise<OpenCore> {
  const copy = mkdtempSync(join(tmpdir(), "kvlab-core-"));
  try {
    writeFileSync(join(copy, "package.json"), '{"type":"module"}\n');
    for (const folder of FOLDERS) copyFolder(join(fileURLToPath(source), folder), join(copy, folder));
    return (await import(pathToFileURL(join(copy, "paxos", "replica.js")).href)) as OpenCore;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (!name.endsWith(".js")) continue;
    writeFileSync(join(to, name), withoutPrivacy(readFileSync(join(from, name), "utf8")));
  }
}
