import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DevCluster } from "../../src/dev/cluster.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");
const VERSION_FILE = join("build", "src", "cli", "version.js");

/** Makes a copy of this build that calls itself another version, as an installation beside it would be. */
export function copyBuild(directory: string, version: string): void {
  for (const part of ["bin", join("build", "src"), "package.json"])
    cpSync(join(REPOSITORY, part), join(directory, part), { recursive: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(directory, "node_modules"));
  const file = join(directory, VERSION_FILE);
  const text = readFileSync(file, "utf8");
  const changed = text.replace(/VERSION = "[^"]*"/, `VERSION = "${version}"`);
  if (changed === text) throw new Error(`${file} names no version`);
  writeFileSync(file, changed);
}

/** The cluster in `nodes`, as a copy of the build sees it: what is started through it are programs of that copy. */
export async function clusterOf(copy: string, nodes: string): Promise<DevCluster> {
  const url = pathToFileURL(join(copy, "build", "src", "dev", "cluster.js")).href;
  const { DevCluster: Copied } = (await import(url)) as typeof import("../../src/dev/cluster.ts");
  return Copied.open({ dir: nodes });
}
