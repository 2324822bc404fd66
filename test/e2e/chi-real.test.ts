import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { REPOSITORY } from "../tidy/source-files.ts";
import { runProgram } from "./programs.ts";

/** Waits as short as real nodes allow; what is refused is asked of nobody's patience twice. */
const PARTED = `
start -n node-1
start -n node-2
start -n node-3
set -n node-1 -k A -v 11
expect ok
pause -n node-1
set -n node-2 -k A -v 12
expect ok
expect leader not node-1
resume -n node-1
partition node-1 | node-2 node-3
set -n node-3 -k A -v 13
expect ok
get -n node-1 -k A
expect error any
heal
fail -n node-2
get -n node-1 -k A
expect 13
recover -n node-2
delete -n node-2 -k A
expect ok
get -n node-3 -k A
expect absent
`;

/** Where the programs under test put what is temporary: nobody else does. */
const TEMPORARY = mkdtempSync(join(tmpdir(), "kvd-e2e-"));
t.teardown(() => rmSync(TEMPORARY, { recursive: true, force: true }));
const ENVIRONMENT = { TMPDIR: TEMPORARY };

function runReal(file: string) {
  return runProgram("kvlab", ["chi", file, "--real"], { environment: ENVIRONMENT, timeoutMs: 90_000 });
}

t.test("a scenario of the lab goes the same way in real processes", { timeout: 300_000 }, async (t) => {
  const { status, stdout, stderr } = await runReal(join(REPOSITORY, "examples/basic-test.chi"));
  t.equal(status, 0, stdout + stderr);
  t.match(stdout, /set node-1 A=11: ok rev=1\n.*get node-4 A: 11\n1 scenario: as expected\n$/s);
});

t.test("real nodes are parted, paused, killed and brought back", { timeout: 300_000 }, async (t) => {
  const path = join(TEMPORARY, "parted.chi");
  writeFileSync(path, PARTED);
  const { status, stdout, stderr } = await runReal(path);
  t.equal(status, 0, stdout + stderr);
  t.same(readdirSync(TEMPORARY), ["parted.chi"], "nothing else is left behind");
  rmSync(path);
});
