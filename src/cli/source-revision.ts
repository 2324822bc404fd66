import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { VERSION } from "./version.ts";

/** The package's folder, seen from build/src/cli. */
const PACKAGE = fileURLToPath(new URL("../../..", import.meta.url));

/** What this program was built from: the commit of its checkout, marked when something is changed there, else the version. */
export function sourceRevision(): string {
  // Only its own checkout counts: an installed package may lie within somebody else's.
  if (!existsSync(`${PACKAGE}/.git`)) return `version ${VERSION}`;
  try {
    const commit = git("rev-parse", "--short=10", "HEAD");
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `commit ${commit}${isChanged ? ", with changes" : ""}`;
  } catch {
    return `version ${VERSION}`;
  }
}

function git(...words: readonly string[]): string {
  return execFileSync("git", words, {
    cwd: PACKAGE,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}
