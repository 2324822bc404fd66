import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { WholeFile } from "../../src/cli/whole-file.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-whole-file-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
const path = join(dir, "file");
const BYTES = Buffer.from("content");

t.test("a file has its name once it is whole, and is its owner's alone", async (t) => {
  const file = await WholeFile.create(path, false);
  await file.write(BYTES);
  await file.write(BYTES);
  t.notOk(readdirSync(dir).includes("file"));
  await file.finish();
  await file.abandon();
  t.same(readdirSync(dir), ["file"]);
  t.equal(readFileSync(path, "utf8"), "contentcontent");
  t.equal(statSync(path).mode & 0o777, 0o600);
});

t.test("what is given up leaves nothing, and what was there stays", async (t) => {
  const file = await WholeFile.create(path, true);
  await file.write(BYTES);
  await file.abandon();
  t.same(readdirSync(dir), ["file"]);
  t.equal(readFileSync(path, "utf8"), "contentcontent");
});

t.test("a file is replaced only for whoever says so, also one that appears meanwhile", async (t) => {
  await t.rejects(WholeFile.create(path, false), { exitCode: 9, code: "file_exists" });
  const replacing = await WholeFile.create(path, true);
  await replacing.write(BYTES);
  await replacing.finish();
  t.equal(readFileSync(path, "utf8"), "content");
  const late = join(dir, "late");
  const file = await WholeFile.create(late, false);
  writeFileSync(late, "another's");
  await t.rejects(file.finish(), { code: "file_exists" });
  await file.abandon();
  t.equal(readFileSync(late, "utf8"), "another's");
  t.same(readdirSync(dir), ["file", "late"]);
});

t.test("a place that cannot be written to is named", async (t) => {
  await t.rejects(WholeFile.create(join(dir, "none", "file"), false), {
    exitCode: 9,
    message: /cannot write '.*none\/file': ENOENT/,
  });
});
