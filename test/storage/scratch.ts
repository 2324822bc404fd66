import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { initDataDirectory } from "../../src/storage/data-directory.ts";
import { DataDirectoryError } from "../../src/storage/data-directory-error.ts";
import { crypto, IDENTITY } from "../contract/storage-fixture.ts";

/** A path in a scratch directory that goes with the test. */
export function scratch(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), "kvd-storage-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "data");
}

/** A fresh data directory. */
export async function initialised(t: Test, identity = IDENTITY): Promise<string> {
  const path = scratch(t);
  await initDataDirectory(path, identity, crypto);
  return path;
}

/** The code of the DataDirectoryError that the promise is rejected with; its message must be one line of advice. */
export async function codeOf(t: Test, attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error;
    t.notMatch(error.message, /\n/, "one line");
    t.match(error.message, /.+: .+/, "what, why and what to do");
    return error.code;
  }
  return "no error";
}
