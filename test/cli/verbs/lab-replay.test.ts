import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVLAB } from "../../../src/cli/kvlab.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { parseTraceLine } from "../../../src/node/trace-line.ts";
import { REPOSITORY } from "../../tidy/source-files.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvlab-replay-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));

async function kvlab(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runProgram(KVLAB, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

t.test("a stretch of a seed is shown in columns, and all of it goes to the file", async (t) => {
  const file = join(dir, "trace.jsonl");
  const { status, stdout, stderr } = await kvlab(
    "replay",
    "6",
    "--from",
    "0",
    "--to",
    "1200",
    "--trace",
    file,
  );
  t.match({ status, stderr }, { status: 0, stderr: "" });
  const rows = stdout.trimEnd().split("\n");
  t.match(rows[0], /^ +ms n1 +│n2 +│n3 +│world$/);
  t.ok(
    rows.some((row) => /^ +\d+\.\d{3} +│?.*■ started start 1/.test(row)),
    "what the lab did",
  );
  t.ok(
    rows.some((row) => row.includes("★ leads")),
    "what a node became",
  );
  t.match(rows.at(-1), /^seed 6: nothing was broken in \d+ ms, \d+ events, \d+ operations$/);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").map(parseTraceLine);
  t.match(lines[0], { type: "trace", version: 1, seed: 6, members: { 1: "n1", 2: "n2", 3: "n3" } });
  t.strictSame(
    lines.filter((line) => "reason" in line),
    [],
    "every line parses",
  );
  t.ok(lines.filter((line) => "type" in line && line.type === "step").length > 1000);
});

t.test("a clean seed without a stretch shows its last second, and says how to choose another", async (t) => {
  const { status, stdout } = await kvlab("replay", "7");
  t.equal(status, 0);
  t.match(stdout, / is leader .*\nseed 7: nothing was broken in .*; above is its last second, --from MS/s);
});

t.test("what is no seed is refused", async (t) => {
  t.match(await kvlab("replay", "six"), { status: 2, stderr: /'six' is no seed: a number from 0 to/ });
  t.match(await kvlab("replay", "1", "--from", "10", "--to", "5"), {
    status: 2,
    stderr: /--to: 5 is before --from: 10/,
  });
  t.match(await kvlab("replay", "1", "--width", "5"), {
    status: 2,
    stderr: /--width: '5' is not an integer from 40/,
  });
});

t.test("an interrupted replay says so, and its file has what was recorded until then", async (t) => {
  const file = join(dir, "interrupted.jsonl");
  const child = spawn(process.execPath, [join(REPOSITORY, "bin/kvlab"), "replay", "3", "--trace", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => {
    stderr += text.toString();
  });
  const ended = once(child, "close");
  while (!existsSync(file) && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGINT");
  t.same(await ended, [130, null]);
  t.equal(stderr, "kvlab: interrupted\n");
  t.ok(statSync(file).size > 0);
});

t.test("a stretch behind the end of the run, or one of JSON, is not answered with silence", async (t) => {
  const { status, stdout } = await kvlab("replay", "7", "--from", "900000", "--to", "900001");
  t.equal(status, 0);
  t.match(stdout, /nothing was recorded there: the run goes from 0 to \d+ ms/);
  const json = await kvlab("replay", "7", "--from", "1", "--to", "2", "-o", "json");
  t.equal(json.status, 2);
});
