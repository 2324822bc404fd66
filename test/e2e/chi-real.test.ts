import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import t from "tap";
import { DevCluster } from "../../src/dev/cluster.ts";
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

t.test("a scenario of the lab goes the same way in real processes", { timeout: 100_000 }, async (t) => {
  const { status, stdout, stderr } = await runReal(join(REPOSITORY, "examples/basic-test.chi"));
  t.equal(status, 0, stdout + stderr);
  t.match(stdout, /set node-1 A=11: ok rev=1\n.*get node-4 A: 11\n1 scenario: as expected\n$/s);
});

t.test("real nodes are parted, paused, killed and brought back", { timeout: 100_000 }, async (t) => {
  const path = join(TEMPORARY, "parted.chi");
  writeFileSync(path, PARTED);
  const { status, stdout, stderr } = await runReal(path);
  t.equal(status, 0, stdout + stderr);
  t.same(readdirSync(TEMPORARY), ["parted.chi"], "nothing else is left behind");
  rmSync(path);
});

/** A real scenario that reads its script from `script`; `output` is where its lines go. */
function startReal(script: string, output: "pipe" | number) {
  const program = join(REPOSITORY, "bin/kvlab");
  const child = spawn(process.execPath, [program, "chi", "-", "--real"], {
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ["pipe", output, "inherit"],
  });
  child.stdin?.end(script);
  return { child, exit: once(child, "exit") };
}

/** Resolves when the child has said `text`; its output is left open. */
async function untilSaid(child: ChildProcess, text: string): Promise<void> {
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout?.on("data", (data: Buffer) => {
      said += data.toString();
      if (said.includes(text)) resolve();
    });
  });
}

/** The one cluster that is there. */
function onlyDirectory(): string {
  const [name] = readdirSync(TEMPORARY);
  return join(TEMPORARY, name ?? "");
}

t.test("an interrupted real scenario leaves nothing behind, however often it is told", async (t) => {
  const { child, exit } = startReal("start -n node-1\nwait -t 60\n", "pipe");
  await untilSaid(child, "start node-1");
  t.match(readFileSync(join(onlyDirectory(), "node-1.log"), "utf8"), /started/, "the node ran");
  while (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGINT");
    await setTimeout(2);
  }
  t.same(await exit, [null, "SIGINT"]);
  t.same(readdirSync(TEMPORARY), []);
});

t.test("a real scenario whose reader went away leaves nothing behind", async (t) => {
  const { child, exit } = startReal("start -n node-1\nwait -t 0.1\nwait -t 60\n", "pipe");
  await untilSaid(child, "start node-1");
  const pids = DevCluster.open({ dir: onlyDirectory() }).pids();
  t.equal(pids.length, 1);
  child.stdout?.destroy();
  t.same(await exit, [0, null]);
  t.same(readdirSync(TEMPORARY), []);
  for (const pid of pids) t.throws(() => process.kill(pid, 0), /ESRCH/);
});

t.test("a real scenario whose output cannot be written fails, and leaves nothing behind", async (t) => {
  const full = openSync("/dev/full", "w");
  t.teardown(() => closeSync(full));
  const { exit } = startReal("start -n node-1\nwait -t 60\n", full);
  t.same(await exit, [9, null]);
  t.same(readdirSync(TEMPORARY), []);
});
