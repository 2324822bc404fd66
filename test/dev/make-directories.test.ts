import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { makeDirectories } from "../../src/dev/make-directories.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-make-directories-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

t.test(
  "missing directories are made for their owner alone, one that is there is left as it is",
  async (t) => {
    const path = join(dir, "a", "b", "c");
    makeDirectories(path);
    makeDirectories(path);
    for (const made of [join(dir, "a"), path]) t.equal(statSync(made).mode & 0o777, 0o700);
  },
);

t.test("a directory that cannot be made is an error on one line", async (t) => {
  const file = join(dir, "file");
  writeFileSync(file, "");
  t.throws(() => makeDirectories(join(file, "x", "y")), /^cannot make the directory [^\n]*: ENOTDIR$/);
});

t.test("a file system that denies its own directory ends the attempt", async (t) => {
  t.throws(() => makeDirectories("/proc/kvd/nodes"), /cannot make the directory \/proc\/kvd: E[A-Z]+$/);
});
