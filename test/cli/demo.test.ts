import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Test } from "tap";
import t from "tap";
import { DevCluster } from "../../src/dev/cluster.ts";
import { identify } from "../../src/dev/process-identity.ts";

const KVADM = join(import.meta.dirname, "..", "..", "..", "bin", "kvadm");

interface Demo {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly output: string;
  /** The cluster's directory. */
  readonly dir: string;
}

/** A demo whose first table was shown. */
async function startDemo(t: Test): Promise<Demo> {
  const child = spawn(process.execPath, [KVADM, "dev", "demo", "-n", "1"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGINT"));
  let output = "";
  let progress = "";
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    progress += text.toString();
  });
  while (!output.includes("ALARMS") && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { child, output, dir: / in (\S+) \.\.\./.exec(progress)?.[1] ?? "" };
}

t.test("the demo shows a serving cluster, and Ctrl-C leaves nothing behind", async (t) => {
  const { child, output, dir } = await startDemo(t);
  t.match(output, /export KVD_ENDPOINTS=127\.0\.0\.1:\d+\n/);
  t.match(output, /export KVD_URL=http:\/\/127\.0\.0\.1:\d+\n/);
  t.match(output, /\nn1 .* leader/);
  t.ok(existsSync(dir));
  child.kill("SIGINT");
  const [status] = await once(child, "exit");
  t.equal(status, 0);
  t.notOk(existsSync(dir));
});

t.test("a closed terminal leaves neither nodes nor data behind", async (t) => {
  const { child, dir } = await startDemo(t);
  const pids = DevCluster.open({ dir }).pids();
  t.equal(pids.length, 1);
  // What was shown there cannot be written any more either.
  child.stdout.destroy();
  child.stderr.destroy();
  child.kill("SIGHUP");
  const [status] = await once(child, "exit");
  t.equal(status, 0);
  t.notOk(existsSync(dir));
  // What only waits to be reaped has ended.
  for (const pid of pids) t.equal(identify(pid), undefined);
});

t.test("a reader that went away ends the demo, and nothing is left behind", async (t) => {
  const child = spawn(process.execPath, [KVADM, "dev", "demo", "-n", "1"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGINT"));
  let progress = "";
  child.stderr.on("data", (text: Buffer) => {
    progress += text.toString();
  });
  child.stdout.destroy();
  const [status] = await once(child, "close");
  t.equal(status, 0);
  t.match(progress, /stopping/);
  const dir = / in (\S+) \.\.\./.exec(progress)?.[1] ?? "";
  t.not(dir, "");
  t.notOk(existsSync(dir));
});
