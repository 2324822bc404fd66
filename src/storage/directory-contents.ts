import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryError, fileSystemError } from "./data-directory-error.ts";
import { LOG_DIRECTORY, LOG_DIRECTORY_UNFINISHED, stateDirectoryName } from "./schema.ts";

/** The state directory that `init` makes. */
export const FIRST_STATE = 1;

/** Refuses everything that no `init` completed: `missing`, `unreadable`, `empty` or `not_kvd`. */
export function checkDataDirectory(path: string): void {
  const names = listDirectory(path);
  if (names.includes(LOG_DIRECTORY)) {
    if (!statSync(join(path, LOG_DIRECTORY)).isDirectory()) throw notKvd(path);
    return;
  }
  if (names.length === 0) {
    throw new DataDirectoryError("empty", `${path} is empty: make a node in it with 'kvd init'`);
  }
  if (isUnfinished(names)) {
    throw new DataDirectoryError("empty", `${path} holds an unfinished 'kvd init': repeat it`);
  }
  throw notKvd(path);
}

function notKvd(path: string): DataDirectoryError {
  return new DataDirectoryError("not_kvd", `${path} is not a kvd data directory: name another one`);
}

/** The names in it; throws DataDirectoryError `missing`, `not_kvd` or `unreadable`. */
export function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw fileSystemError(path, error);
  }
}

/** What `init` makes before its last step, and nothing else. */
export function isUnfinished(names: readonly string[]): boolean {
  return names.every((name) => name === LOG_DIRECTORY_UNFINISHED || name === stateDirectoryName(FIRST_STATE));
}
