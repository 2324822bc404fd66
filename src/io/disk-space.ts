import { readdirSync, statfsSync, statSync } from "node:fs";
import type { DiskSpace } from "../base/seams.ts";

/** How much room the file system of a data directory has for this process, and how large its files are. */
export function diskSpace(dataDirectory: string): DiskSpace {
  const { bsize, bavail, blocks } = statfsSync(dataDirectory);
  const names = readdirSync(dataDirectory);
  const sizes = (pattern: RegExp): number =>
    names
      .filter((name) => pattern.test(name))
      .reduce((sum, name) => sum + sizeOf(`${dataDirectory}/${name}/data.mdb`), 0);
  return {
    freeBytes: bsize * bavail,
    totalBytes: bsize * blocks,
    logFileBytes: sizes(/^log$/),
    stateFileBytes: sizes(/^state-[0-9]+$/),
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
