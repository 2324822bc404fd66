import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import t from "tap";

const KVADM = join(import.meta.dirname, "..", "..", "..", "bin", "kvadm");

t.test("the demo shows a serving cluster, and Ctrl-C leaves nothing behind", async (t) => {
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
  t.match(output, /export KVD_ENDPOINTS=127\.0\.0\.1:\d+\n/);
  t.match(output, /\nn1 .* leader/);
  const dir = / in (\S+) \.\.\./.exec(progress)?.[1] ?? "";
  t.ok(existsSync(dir));
  child.kill("SIGINT");
  const [status] = await once(child, "exit");
  t.equal(status, 0);
  t.notOk(existsSync(dir));
});
