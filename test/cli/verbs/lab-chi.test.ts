import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVLAB } from "../../../src/cli/kvlab.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const THREE = "start -n node-1\nstart -n node-2\nstart -n node-3\nwait -t 1\n";

const dir = mkdtempSync(join(tmpdir(), "kvd-chi-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

async function run(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(KVLAB, ["chi", ...argv], terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

t.test("files are run one after the other, and the last line sums up", async (t) => {
  const good = file("good.chi", `${THREE}set -n node-1 -k A -v 11\nexpect ok\n`);
  const bad = file("bad.chi", `${THREE}\nget -n node-1 -k A\nexpect 11\nget -n node-1 -k B\n`);
  const { status, stdout, stderr } = await run(bad, good);
  t.equal(status, 1);
  t.equal(stderr, "");
  const starts = ["start node-1", "start node-2", "start node-3", "wait 1"];
  t.same(stdout.split("\n"), [
    `# ${bad}: node-1 node-2 node-3`,
    ...starts,
    "get node-1 A: absent",
    "expect 11: FAILED",
    `${bad}:7: expected 11; seen absent`,
    `# ${good}: node-1 node-2 node-3`,
    ...starts,
    "set node-1 A=11: ok rev=1",
    "expect ok: ok",
    "2 scenarios: 1 not as expected",
    "",
  ]);
  t.match((await run(bad, "--keep-going")).stdout, /seen absent\nget node-1 B: absent\n/);
  t.match(await run(good, "--seed", "7", "-q"), { status: 0, stdout: "" });
});

t.test("with -o json each line is an object, the last one the sum", async (t) => {
  const { status, stdout } = await run(file("one.chi", `${THREE}get -n node-2 -k A`), "-o", "json");
  t.equal(status, 0);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.ok(lines.every(({ kind, v }) => kind === "chi" && v === 1));
  t.match(lines[0], { members: ["node-1", "node-2", "node-3"] });
  t.match(lines[5], { line: 5, command: "get", node: "node-2", key: "A", answer: { kind: "absent" } });
  t.match(lines.at(-1), { files: 1, failed: 0 });
});

t.test("what a terminal would obey is not shown of a file that is no script", async (t) => {
  const { status, stderr } = await run(file("bytes.chi", "\x1b[2J\x07\u009b5m\n"));
  t.equal(status, 2);
  t.match(stderr, /bytes\.chi:1:1: unknown command '\ufffd\[2J\ufffd\ufffd5m'/);
});

t.test("what is misspelt anywhere shows before anything runs", async (t) => {
  const good = file("fine.chi", THREE);
  const { status, stdout, stderr } = await run(good, file("typo.chi", `${THREE}gte -n node-1 -k A`));
  t.equal(status, 2);
  t.equal(stdout, "");
  t.equal(stderr, `kvlab: ${join(dir, "typo.chi")}:5:1: unknown command 'gte'; did you mean get?\n`);
  t.match(await run(join(dir, "absent.chi")), { status: 9, stderr: /cannot read '.*absent.chi': ENOENT/ });
  t.match(await run(good, "--seed", "x"), { status: 2, stderr: /--seed: 'x' is not an integer/ });
});

t.test(
  "a seed, which real processes have none of, is refused with --real before anything runs",
  async (t) => {
    const { status, stdout, stderr } = await run(file("real.chi", THREE), "--real", "--seed", "7");
    t.equal(status, 2);
    t.equal(stdout, "");
    t.equal(stderr, "kvlab: --seed is of the simulated world: leave it out with --real\n");
  },
);
