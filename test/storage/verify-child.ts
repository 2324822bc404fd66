import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { DataDirectoryError } from "../../src/storage/data-directory-error.ts";
import { deps } from "../contract/storage-fixture.ts";
import { isAsWritten } from "./flipped-log.ts";

/**
 * Opens damaged copies, one after another, and prints what became of each: `verify-child.js DIRECTORY...`.
 * In a process of its own, because LMDB may end it by a signal.
 */
for (const directory of process.argv.slice(2)) {
  process.stdout.write(`${directory} ${await verify(directory)}\n`);
}
process.exit(0);

async function verify(directory: string): Promise<string> {
  try {
    const storage = await openDataDirectory(directory, deps);
    const log = storage.recoverLog(GROUP_ZERO);
    const reader = storage.logReader(GROUP_ZERO);
    const reads = Array.from({ length: 60 }, (_, index) => reader.read(slot(index + 1)));
    await storage.close();
    if (!isAsWritten(log, reads)) return "wrong";
    return log.damaged.length > 0 ? "damaged" : "harmless";
  } catch (error) {
    return error instanceof DataDirectoryError ? error.code : `error ${String(error)}`;
  }
}
