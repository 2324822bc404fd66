import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a directory, and those above it that are missing, for this user alone. Throws an `Error` with one
 * line for people. One by one: Node's own recursive form never returns where an existing directory answers
 * that it does not exist, as /proc does.
 */
export function makeDirectories(path: string): void {
  const missing: string[] = [];
  for (let current = resolve(path); !existsSync(current); current = dirname(current))
    missing.unshift(current);
  for (const directory of missing) makeDirectory(directory);
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    // Another command may have made it in between.
    if (code === "EEXIST" && existsSync(path)) return;
    throw new Error(`cannot make the directory ${path}: ${code}`, { cause: error });
  }
}
