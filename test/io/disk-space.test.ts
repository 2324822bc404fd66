import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { diskSpace } from "../../src/io/disk-space.ts";

t.test("a file system has some bytes, and not more of them free than there are", async (t) => {
  const { freeBytes, totalBytes } = diskSpace(tmpdir());
  t.ok(Number.isSafeInteger(totalBytes) && totalBytes > 2 ** 20);
  t.ok(freeBytes >= 0 && freeBytes <= totalBytes);
  t.throws(() => diskSpace("/nowhere/at/all"), { code: "ENOENT" });
});

t.test("the files of the log and of every state are counted, and nothing else", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "kvd-disk-space-test-"));
  t.teardown(() => rmSync(directory, { recursive: true }));
  t.match(diskSpace(directory), { logFileBytes: 0, stateFileBytes: 0 });
  for (const [name, bytes] of [
    ["log", 10],
    ["state-1", 20],
    ["state-2", 3],
    ["snapshot-7", 500],
  ] as const) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, "data.mdb"), new Uint8Array(bytes));
  }
  writeFileSync(join(directory, "lock"), "");
  t.match(diskSpace(directory), { logFileBytes: 10, stateFileBytes: 23 });
});
