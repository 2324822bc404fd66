import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY } from "../tidy/source-files.ts";

const TEMPORARY = mkdtempSync(join(tmpdir(), "kvd-e2e-"));
t.teardown(() => rmSync(TEMPORARY, { recursive: true, force: true }));

/** Runs a program whose standard output is a full disk. */
async function runFull(name: string, argv: readonly string[]) {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [join(REPOSITORY, "bin", name), ...argv], {
    env: { ...process.env, TMPDIR: TEMPORARY },
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  let stderr = "";
  child.stderr?.on("data", (text: Buffer) => {
    stderr += text.toString();
  });
  const [status] = await once(child, "close");
  return { status, stderr };
}

for (const [name, ...argv] of [
  ["kvlab", "chi", join(REPOSITORY, "examples/basic-test.chi")],
  ["kvlab", "explore", "--list"],
  ["kvcli", "help", "exit-codes"],
  ["kvadm", "--help"],
  ["kvd", "--version"],
] as const) {
  t.test(`${name} ${argv[0]} says that its output cannot be written`, async (t) => {
    t.same(await runFull(name, argv), {
      status: 9,
      stderr: `${name}: cannot write to standard output: ENOSPC\n`,
    });
  });
}

t.test("a demo whose output cannot be written says so, and leaves nothing behind", async (t) => {
  const { status, stderr } = await runFull("kvadm", ["dev", "demo", "-n", "1"]);
  t.equal(status, 9);
  t.match(stderr, /\nkvadm: cannot write to standard output: ENOSPC\n/);
  t.same(readdirSync(TEMPORARY), []);
});
