import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Timer, Timers } from "../base/seams.ts";
import type { TlsPair } from "../gateway/server.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

/** How often it is looked whether somebody has put another certificate there. */
const LOOK_MS = 10_000;
const READ_BY_OTHERS = 0o007;

/** Where a certificate and its key stand, both PEM. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
}

/** The pair in the files, which belong together. Throws a ProgramError that names the file and what to do. */
export function readTls(paths: TlsPaths): TlsPair {
  const cert = textOf(paths.cert);
  const key = textOf(paths.key);
  if ((statSync(paths.key).mode & READ_BY_OTHERS) !== 0)
    throw problem(`'${paths.key}' may be read by everybody; chmod o= it`);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw problem(`'${paths.cert}' and '${paths.key}' are no certificate and its key: ${why}`, error);
  }
  return { cert, key };
}

/**
 * Looks after the files: `onPair` gets a pair that took the place of the one before, `onProblem` what is
 * wrong with it, once. A pair is taken when both files are at rest.
 */
export function watchTls(
  paths: TlsPaths,
  timers: Timers,
  { onPair, onProblem }: { onPair: (pair: TlsPair) => void; onProblem: (message: string) => void },
): Timer {
  let taken = marksOf(paths);
  let seen = taken;
  return timers.every(LOOK_MS, () => {
    const marks = marksOf(paths);
    const isAtRest = marks === seen;
    seen = marks;
    if (marks === taken || !isAtRest) return;
    taken = marks;
    try {
      onPair(readTls(paths));
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  });
}

/** Changes with every change of either file. */
function marksOf({ cert, key }: TlsPaths): string {
  return [cert, key]
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? "-" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    })
    .join(" ");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw problem(`cannot read '${path}': ${(error as NodeJS.ErrnoException).code ?? error}`, error);
  }
}

function problem(message: string, cause?: unknown): ProgramError {
  return new ProgramError(message, { exitCode: EXIT_CODES.local, code: "tls", cause });
}
