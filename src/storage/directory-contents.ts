import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DataDirectoryError, fileSystemError } from "./data-directory-error.ts";
import { LOG_DIRECTORY, LOG_DIRECTORY_UNFINISHED, stateDirectoryName } from "./schema.ts";

/** The state directory that `init` makes. */
export const FIRST_STATE = 1;
const RETIRED_FILE = "retired";
const FENCED_FILE = "fenced";

/**
 * Refuses everything that no `init` completed: `missing`, `unreadable`, `empty` or `not_kvd`; and, unless it is only
 * to be read, what is retired: `amnesia`.
 */
export function checkDataDirectory(path: string, use: "start" | "read" = "start"): void {
  const names = listDirectory(path);
  const reason = use === "start" ? retirementOf(path) : undefined;
  if (reason !== undefined) {
    throw new DataDirectoryError("amnesia", `${path} is retired and will not be started again: ${reason}`);
  }
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
  if (isRemainder(names)) {
    const message = `${path} has lost its log/, and with it every promise of this node: put the whole directory back, or have a new node take its place: kvadm member replace`;
    throw new DataDirectoryError("amnesia", message);
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

/** What `init` makes before its last step, and nothing else: the unfinished log comes first. */
export function isUnfinished(names: readonly string[]): boolean {
  if (!names.includes(LOG_DIRECTORY_UNFINISHED)) return false;
  return names.every((name) => name === LOG_DIRECTORY_UNFINISHED || name === stateDirectoryName(FIRST_STATE));
}

/** A state without its log is what is left of a node, not of an `init`. */
function isRemainder(names: readonly string[]): boolean {
  return names.some((name) => /^state-[0-9]+$/.test(name));
}

/**
 * Marks the directory as never to be opened again: others remember of this node what its disk has
 * forgotten. On disk when this returns; `reason` is one line.
 */
export function markRetired(path: string, reason: string): void {
  mark(path, RETIRED_FILE, reason);
}

/**
 * Has no later start use the present state, nor the snapshots made of it, until one from another member has taken its
 * place. On disk when this returns; `reason` is one line.
 */
export function markFenced(path: string, reason: string): void {
  mark(path, FENCED_FILE, reason);
}

/** Why this directory is never to be started from again; undefined when it may be. */
export function retirementOf(path: string): string | undefined {
  return readReason(path, RETIRED_FILE);
}

/** Why the state in this directory is not to be used; undefined when it may be. */
export function fenceOf(path: string): string | undefined {
  return readReason(path, FENCED_FILE);
}

function readReason(path: string, name: string): string | undefined {
  const file = join(path, name);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** Another state has taken the place of the one that was fenced. */
export function liftFence(path: string): void {
  rmSync(join(path, FENCED_FILE), { force: true });
}

function mark(path: string, name: string, reason: string): void {
  const file = openSync(join(path, name), "w", 0o600);
  writeSync(file, `${reason}\n`);
  fsyncSync(file);
  closeSync(file);
  const directory = openSync(path, "r");
  fsyncSync(directory);
  closeSync(directory);
}
