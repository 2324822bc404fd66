import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVD } from "../../../src/cli/kvd.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { freePorts } from "../../../src/dev/ports.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const PROGRAM = join(import.meta.dirname, "..", "..", "..", "..", "bin", "kvd");
const dir = mkdtempSync(join(tmpdir(), "kvd-start-log-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

const path = join(dir, "node");
const [port, otherPort] = await freePorts(2);
const made = ["init", "--single", "--listen", `127.0.0.1:${port}`, "--data-dir", path];
t.equal(await runProgram(KVD, made, new FakeTerminal()), 0);

/** Starts the node below a limit of the shell's, stops it once it serves, and again; how it ended, and its log. */
async function startBelow(
  limit: string,
  ...more: readonly string[]
): Promise<{ readonly ended: unknown[]; readonly log: string }> {
  const own = ["start", "--data-dir", path, "--security", "plain", "--http-listen", "off", ...more];
  const words = [process.execPath, PROGRAM, ...own];
  const child = execFile("bash", ["-c", `${limit}; exec "$@"`, "bash", ...words]);
  let log = "";
  child.stderr?.on("data", (text: string) => {
    log += text;
    if (/ (?:started|stopping) /.test(text)) child.kill("SIGTERM");
  });
  return { ended: await once(child, "close"), log };
}

t.test("a disk that takes no more ends the process by SIGKILL, and the log says why", async (t) => {
  // No file may grow beyond 8 KiB: enough for the lock, too little for a commit.
  const { ended, log } = await startBelow("ulimit -f 8");
  t.same(ended, [null, "SIGKILL"]);
  t.match(log, / error fatal reason="log: a commit failed/);
});

t.test("a state that is made afresh from the log is a warning that says why", async (t) => {
  rmSync(join(path, "state-1", "data.mdb"));
  const { ended, log } = await startBelow("true");
  t.same(ended, [0, null], "told to stop, and told again");
  const warning = /^\S+ warning state_rebuilt reason="\S+\/state-1\/data\.mdb is missing"$/m;
  t.match(log, warning);
  t.ok(log.search(warning) < log.indexOf(" started "), "before anything else is done with it");
});

t.test("a node that listens elsewhere than the members believe says so, and starts", async (t) => {
  const listen = `127.0.0.1:${otherPort}`;
  const { ended, log } = await startBelow("true", "--listen", listen);
  t.same(ended, [0, null]);
  t.match(log, ` warning listens_elsewhere node=n1 listen=${listen} known_at=127.0.0.1:${port}\n`);
  t.match(log, ` started node=n1 listen=${listen} `);
});
