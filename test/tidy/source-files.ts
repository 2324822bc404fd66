import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository: the built tests lie in build/test/tidy. */
export const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

export interface SourceFile {
  /** From the repository's root, with forward slashes: `src/paxos/acceptor.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Files under `folder` whose name ends in one of `endings`, ascending by path; generated ones are left out. */
export function sourceFiles(folder: string, endings: readonly string[]): readonly SourceFile[] {
  const top = join(REPOSITORY, folder);
  const entries = readdirSync(top, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(".generated."))
    .sort()
    .map((path) => ({ path: relative(REPOSITORY, path), text: readFileSync(path, "utf8") }));
}
