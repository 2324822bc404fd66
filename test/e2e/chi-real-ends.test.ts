import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import t from "tap";
import { DevCluster } from "../../src/dev/cluster.ts";
import { REPOSITORY } from "../tidy/source-files.ts";

/** Where the program under test puts what is temporary: nobody else does. */
const TEMPORARY = mkdtempSync(join(tmpdir(), "kvd-e2e-"));
t.teardown(() => rmSync(TEMPORARY, { recursive: true, force: true }));
const ENVIRONMENT = { TMPDIR: TEMPORARY };

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
  const cluster = DevCluster.open({ dir: onlyDirectory() });
  t.equal(cluster.pids().length, 1);
  child.stdout?.destroy();
  t.same(await exit, [0, null]);
  t.same(readdirSync(TEMPORARY), []);
  // A process that has ended keeps its number until whoever inherited it has noticed.
  t.same(cluster.pids(), []);
});

t.test("a real scenario whose output cannot be written fails, and leaves nothing behind", async (t) => {
  const full = openSync("/dev/full", "w");
  t.teardown(() => closeSync(full));
  const { exit } = startReal("start -n node-1\nwait -t 60\n", full);
  t.same(await exit, [9, null]);
  t.same(readdirSync(TEMPORARY), []);
});
