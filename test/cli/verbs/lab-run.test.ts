import t from "tap";
import { KVLAB } from "../../../src/cli/kvlab.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { FakeTerminal } from "../fake-terminal.ts";

async function kvlab(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(KVLAB, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

t.test("a clean run ends with its totals and with what occurred", async (t) => {
  const { status, stdout, stderr } = await kvlab("run", "--seeds", "7..8", "--jobs", "2", "-o", "json");
  t.equal(stderr, "", "no progress where nobody looks");
  const run = JSON.parse(stdout);
  t.match(run, { kind: "lab_run", v: 1, first_seed: 7, seeds: 2, failed: 0, failures: [] });
  t.ok(run.operations > 0 && run.events > 1000 && run.virtual_ms > 1000);
  t.ok(Object.keys(run.coverage.faults).includes("kill-leader"), "faults by name");
  t.equal(status, 0);
});

t.test("progress is shown at the foot of a terminal, and not with -q", async (t) => {
  const shown = async (...more: string[]) => {
    const terminal = new FakeTerminal({}, { isErrorTty: true });
    await runProgram(KVLAB, ["run", "--seeds", "13", "--without", "all", ...more], terminal);
    return terminal.stderr;
  };
  t.ok((await shown()).startsWith(`\r\x1b[K[${"#".repeat(24)}] `));
  t.equal(await shown("-q"), "");
});

t.test("a world without any fault is no failure when it was asked for", async (t) => {
  const { status, stdout } = await kvlab("run", "--seeds", "13", "--without", "all", "-o", "json");
  t.match({ status, ...JSON.parse(stdout) }, { status: 0, seeds: 1, failed: 0 });
});

t.test("a command line that cannot be meant is refused with advice", async (t) => {
  t.match(await kvlab("run", "--seeds", "9..3"), {
    status: 2,
    stderr: /--seeds: '9\.\.3' is not FIRST\.\.LAST/,
  });
  t.match(await kvlab("run", "--without", "pauze"), { status: 2, stderr: /did you mean pause\?/ });
  t.match(await kvlab("run", "--jobs", "0"), { status: 2, stderr: /--jobs: '0' is not an integer from 1/ });
  t.match(await kvlab("rum"), { status: 2, stderr: /did you mean run\?/ });
});

t.test("help names the exit codes and shows examples", async (t) => {
  t.match((await kvlab("help", "exit-codes")).stdout, /^1 {5}a rule was broken/m);
  t.match((await kvlab("run", "--help")).stdout, /kvlab run --seeds 1\.\.2000/);
});
