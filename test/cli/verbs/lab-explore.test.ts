import { spawn } from "node:child_process";
import { once } from "node:events";
import t, { type Test } from "tap";
import { KVLAB } from "../../../src/cli/kvlab.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const KVLAB_PATH = new URL("../../../../bin/kvlab", import.meta.url).pathname;

/** A search of its own process, so verbose that it says on stderr when it has begun. */
function start(t: Test, ...argv: string[]) {
  const child = spawn(process.execPath, [KVLAB_PATH, "explore", "-v", ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (text: Buffer) => {
    said.out += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    said.err += text.toString();
  });
  return { child, said };
}

async function explore(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(KVLAB, ["explore", ...argv], terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

t.test("a search says how far it went, how fast, and that nothing broke", async (t) => {
  const { status, stdout } = await explore("--scenario", "rivals", "--states", "1000");
  t.match(stdout, /^rivals: 100\d states, depth \d+, \d+ states\/s: stopped at the bound on states/);
  t.equal(status, 0);
  const bounded = await explore("-S", "rivals", "--depth", "3", "-o", "json");
  t.match(JSON.parse(bounded.stdout), {
    kind: "lab_explore",
    scenario: "rivals",
    end: "depth_reached",
    depth: 3,
  });
});

t.test("the list names each scenario and what it looks for", async (t) => {
  const { status, stdout } = await explore("--list");
  t.match(stdout, /^SCENARIO +VOTERS +SLOTS +DEPTH +LOOKS FOR\n/);
  t.match(stdout, /^gap +3 +3 +(?:\d+|-) +a slot has its quorum before the one below it$/m);
  t.match(stdout, /^\S+ +\d+ +\d+ +\d+ +\S/m, "some have a bound on their depth");
  t.equal(status, 0);
});

t.test("a scenario that there is not is refused with the nearest name", async (t) => {
  t.match(await explore("--scenario", "rival"), { status: 2, stderr: /did you mean rivals\?/ });
  t.match(await explore("--depth", "0"), { status: 2, stderr: /--depth: '0' is not an integer from 1/ });
});

t.test("Ctrl-C ends a search with what was searched until then", async (t) => {
  const { child, said } = start(t, "-S", "two-ballots", "--states", "100000000");
  await once(child.stderr, "data");
  child.kill("SIGINT");
  const [status] = await once(child, "close");
  t.equal(status, 130);
  t.match(said.out, /^two-ballots: \d+ states, depth \d+, .*: interrupted; everything up to depth \d+ was/);
  t.match(said.err, /\nkvlab: interrupted; 0 of 1 scenarios were searched\n$/);
});

t.test("a reader that went away ends a search before its next scenario is searched", async (t) => {
  const { child, said } = start(t, "--states", "20000");
  child.stdout.destroy();
  const [status] = await once(child, "close");
  t.equal(status, 0);
  t.equal(new Set(said.err.match(/^[^:\n]+(?=: \d+ states)/gm)).size, 1);
});

t.test("progress is shown at the foot of a terminal, and not with -q", async (t) => {
  const shown = async (...more: string[]) => {
    const terminal = new FakeTerminal({}, { isErrorTty: true });
    await runProgram(KVLAB, ["explore", "-S", "rivals", "--states", "3000", ...more], terminal);
    return terminal.stderr;
  };
  t.ok((await shown()).startsWith(`\r\x1b[K[${".".repeat(24)}] rivals: 1 states, depth 0\r\x1b[K`));
  t.equal(await shown("-q"), "");
});
