import { writeSync } from "node:fs";
import { GROUP_ZERO } from "../../src/base/ids.ts";
import type { Fatal } from "../../src/base/seams.ts";
import { openStorage } from "../../src/storage/data-directory.ts";
import { deps, entryWrite, group, learned, pattern, promise } from "../contract/storage-fixture.ts";

/**
 * A process of its own that commits one slot after another and prints each number once it is durable:
 * `commit-child.js DIRECTORY COUNT [nosync]`. It is there to be killed and traced.
 */
const [directory = "", count = "1", mode] = process.argv.slice(2);
const fatal: Fatal = (reason) => {
  writeSync(2, `${reason}\n`);
  process.exit(1);
};
const options = mode === "nosync" ? { unsafeNoSync: true } : {};
const storage = await openStorage(directory, { ...deps, fatal }, options);
const { end } = storage.recoverLog(GROUP_ZERO);

function next(at: number, last: number): void {
  if (at > last) {
    // Its files are left as a crash would leave them.
    process.exit(0);
  }
  const writes = [promise(1), entryWrite(at, pattern(3000, at)), learned(at + 1)];
  storage.writeLog([group(...writes)], () => {
    process.stdout.write(`${at}\n`);
    next(at + 1, last);
  });
}

process.stdout.write("ready\n");
next(end, end + Number(count) - 1);
