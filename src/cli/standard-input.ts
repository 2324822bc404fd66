import { fstatSync, statSync, writeSync } from "node:fs";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

const STDIN = 0;

/**
 * Standard input in pieces, as it is read. A program error for one that was never opened, or cannot be read: what
 * is empty by mistake must not be stored.
 */
export async function* inputPieces(): AsyncGenerator<Uint8Array, void, undefined> {
  if (isClosed()) throw unreadable("it is closed");
  if (fstatSync(STDIN).isDirectory()) throw unreadable("EISDIR");
  // Reading may start late: until then nobody needs to be told.
  let failed: NodeJS.ErrnoException | undefined;
  process.stdin.on("error", (error) => {
    failed = error;
  });
  try {
    for await (const piece of process.stdin) yield Buffer.from(piece as Uint8Array);
  } catch (error) {
    throw failed === undefined ? error : unreadable(failed.code ?? "unreadable", failed);
  }
}

/**
 * In the place of a descriptor that is closed Node opens the null device, for reading and writing. A shell's `< /dev/null`
 * opens it for reading alone, and is an empty input that is meant.
 */
function isClosed(): boolean {
  const { rdev } = fstatSync(STDIN);
  if (rdev === 0 || rdev !== statSync("/dev/null").rdev) return false;
  try {
    writeSync(STDIN, "");
    return true;
  } catch {
    return false;
  }
}

function unreadable(reason: string, cause?: unknown): ProgramError {
  const message = `cannot read standard input: ${reason}; pipe or redirect into it, < /dev/null if nothing`;
  return new ProgramError(message, { exitCode: EXIT_CODES.local, code: "file", cause });
}
