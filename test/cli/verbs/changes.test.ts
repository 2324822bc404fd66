import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { nameOf } from "../../../src/cli/command.ts";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { delCommand } from "../../../src/cli/verbs/del.ts";
import { RANGE_OPTIONS } from "../../../src/cli/verbs/del-range.ts";
import { numberOf } from "../../../src/cli/verbs/modify-run.ts";
import { mputCommand } from "../../../src/cli/verbs/mput.ts";
import { txnCommand } from "../../../src/cli/verbs/txn.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-changes-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

interface Given {
  readonly stdin?: string;
  readonly typed?: string;
}

async function kvcliWith(given: Given, ...argv: string[]) {
  const terminal = new FakeTerminal({ KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: "20s" });
  Object.assign(terminal, given);
  const status = await runProgram(KVCLI, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const kvcli = (...argv: string[]) => kvcliWith({}, ...argv);
const json = async (...argv: string[]) => JSON.parse((await kvcli(...argv, "-o", "json")).stdout);

async function fill(prefix: string, count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, index) => `${prefix}${index}=v`);
  t.equal((await kvcli("mput", ...entries)).status, 0);
}

t.test("a put or del whose condition does not hold is status 1 and says what stands there", async (t) => {
  const { revision } = await json("put", "cond", "1", "--if-absent");
  t.match(await kvcli("put", "cond", "2", "--if-absent"), {
    status: 1,
    stdout: "",
    stderr: `kvcli: the key exists already, at revision ${revision}\n`,
  });
  const failed = await kvcli("put", "cond", "2", "--if-rev", "0", "-o", "json");
  t.match(JSON.parse(failed.stderr), {
    error: {
      code: "condition_failed",
      outcome: "not_applied",
      conflict: { kind: "revision", revision },
      request_id: String,
    },
  });
  t.match(await kvcli("put", "cond", "2", "--if-rev", `${revision}`), { status: 0, stdout: /version=2/ });
  t.match(await kvcli("put", "cond", "3", "--if-value", "1"), { status: 1, stderr: /another value/ });
  t.match(await kvcli("del", "cond", "--if-rev", "1"), { status: 1, stderr: /not 1/ });
  t.match(await kvcli("del", "cond", "--if-value", "2", "--prev"), { status: 0, stdout: /previous: 2/ });
  t.match(await kvcli("put", "cond", "1", "--if-absent", "--if-rev", "1"), { status: 2, stderr: /exclude/ });
  t.match(await kvcli("put", "cond", "1", "--if-rev", "-1"), { status: 2 });
  t.match(await kvcli("del", "a", "b", "--if-rev", "1"), { status: 2, stderr: /one key/ });
});

t.test("a range is deleted only by one who says so", async (t) => {
  await fill("r/", 5);
  t.match(await kvcli("del", "--prefix", "r/"), { status: 2, stderr: /--yes or --expect-count/ });
  t.same(await kvcli("del", "--prefix", "r/", "--dry-run"), {
    status: 0,
    stdout: "would delete 5 keys (r/0 .. r/4)\n",
    stderr: "",
  });
  t.match(await json("del", "--range", "r/1", "r/3", "--dry-run"), {
    count: 2,
    first: "r/1",
    last: "r/2",
  });
  t.match(await kvcli("del", "--prefix", "r/", "--expect-count", "4"), {
    status: 1,
    stderr: /holds 5 keys, not 4/,
  });
  t.match(await json("del", "--prefix", "r/", "--limit", "2", "--yes"), { deleted: 2, more: true });
  t.match(await kvcli("del", "--range", "r/2", "r/4", "-y"), {
    status: 0,
    stdout: /^2 keys deleted {2}rev=\d+\n$/,
  });
  t.match(await kvcli("del", "--prefix", "r/", "--expect-count", "1", "-o", "value"), {
    status: 0,
    stdout: "1\n",
  });
  t.match(await kvcli("del", "--prefix", "r/", "--yes"), { status: 1, stdout: /^0 keys/ });
});

t.test("somebody who can be asked is asked, and what was confirmed is what goes", async (t) => {
  await fill("ask/", 3);
  t.match(await kvcliWith({ typed: "n" }, "del", "--prefix", "ask/"), {
    status: 2,
    stderr: /^delete 3 keys \(ask\/0 \.\. ask\/2\)\? \[y\/N\] kvcli: nothing was deleted\n$/,
  });
  t.match(await kvcliWith({ typed: "" }, "del", "--prefix", "ask/"), { status: 2 });
  t.match(await kvcliWith({ typed: "Yes" }, "del", "--prefix", "ask/"), { status: 0, stdout: /^3 keys/ });
});

t.test("what does not go with a range, and a range without its end, are usage errors", async (t) => {
  for (const argv of [
    ["del"],
    ["del", "a", "--prefix", "b"],
    ["del", "a", "--yes"],
    ["del", "a", "--limit", "1"],
    ["del", "--prefix", "a", "--prev"],
    ["del", "--prefix", "a", "--if-rev", "1"],
    ["del", "--prefix", "a", "--range", "b", "c"],
    ["del", "--range", "b"],
    ["del", "--prefix", "a", "--expect-count", "1", "--limit", "1"],
    ["del", "--prefix", "a", "--expect-count", "10001"],
    ["del", "--prefix", "a", "--yes", "--request-id", `${"0".repeat(32)}:1:2`],
  ])
    t.match(await kvcli(...argv), { status: 2, stdout: "", stderr: /^kvcli: [^\n]+\n$/ }, argv.join(" "));
});

t.test("mput stores all or none, from words, a file or stdin", async (t) => {
  t.match(await kvcli("mput", "m/a=1", "m/b=x=y", "m/c="), { status: 0, stdout: /^3 keys {2}rev=\d+\n$/ });
  t.equal((await kvcli("get", "m/b")).stdout, "x=y");
  const file = join(dir, "entries");
  writeFileSync(file, '{"key":"m/d","value":"4"}\n{"key_b64":"bS8A","value_b64":"/w=="}\n');
  t.match(await json("mput", "-f", file), { kind: "mput", count: 2, revision: Number });
  t.equal((await kvcli("get", "m/\\x00", "-k", "escaped")).stdout, "\xff");
  t.match(await kvcliWith({ stdin: '{"key":"m/e","value":"5"}' }, "mput", "-f", "-"), { status: 0 });
  t.match(await kvcli("mput", "m/z=1", "m/z=2"), { status: 2, stderr: /twice/ });
  t.match(await kvcli("mput", "nonsense"), { status: 2, stderr: /not KEY=VALUE/ });
  t.match(await kvcli("mput"), { status: 2 });
  t.match(await kvcli("mput", "a=1", "-f", file), { status: 2 });
  t.match(await kvcli("mput", "-f", "/does/not/exist"), { status: 9 });
});

t.test("incr, append, cas and rmw change a value at the server", async (t) => {
  t.same(await kvcli("incr", "n"), { status: 0, stdout: "1\n", stderr: "" });
  t.equal((await kvcli("incr", "n", "41")).stdout, "42\n");
  t.equal((await kvcli("incr", "n", "-2")).stdout, "40\n");
  t.match(await kvcli("incr", "n", "1.5"), { status: 2, stderr: /whole number/ });
  t.match(await kvcli("incr", "n", "9223372036854775807"), { status: 5, stderr: /64-bit/ });
  t.match(await kvcli("append", "s", "ab"), { status: 0, stdout: /^s {2}rev=\d+ {2}version=1\n$/ });
  t.equal((await kvcliWith({ stdin: "cd" }, "append", "s", "-", "-o", "value")).stdout, "abcd");
  t.match(await kvcli("append", "n", "x", "--prev"), { stdout: /previous: 40/ });
  t.match(await kvcli("incr", "n"), { status: 5, stderr: /decimal text/ });
  t.match(await kvcli("cas", "s", "--from", "abcd", "--to", "e"), { status: 0 });
  t.match(await kvcli("cas", "s", "--from", "abcd", "--to", "f"), { status: 1, stderr: /another value/ });
  t.match(await kvcli("cas", "s", "--from", "x"), { status: 2 });
  t.match(await kvcli("rmw", "max", "--op", "max", "--arg", "7"), { stdout: /version=1\n/ });
  t.match(await kvcli("rmw", "max", "--op", "max", "--arg", "-9"), {
    status: 0,
    stdout: /version=1 {2}unchanged\n/,
  });
  t.match(await json("rmw", "doc", "--op", "json-merge", "--arg", '{"a":1,"b":null}'), {
    kind: "rmw",
    key: "doc",
    op: "json-merge",
    changed: true,
    value: '{"a":1}',
    version: 1,
  });
  t.equal((await kvcli("rmw", "once", "--op", "incr")).stdout, "1\n");
  await kvcli("put", "colour", "blue");
  const cas = ["rmw", "colour", "--op", "cas", "--expected", "blue", "--arg", "green"];
  t.match(await kvcli(...cas), { status: 0, stdout: /version=2\n/ });
  t.match(await kvcli(...cas), { status: 1 });
  t.match(await kvcli("rmw", "x", "--op", "append"), { status: 2, stderr: /--arg is missing/ });
  t.match(await kvcli("rmw", "x", "--op", "double", "--arg", "1"), { status: 2 });
  t.throws(() => numberOf("0x10"), /whole number/);
});

t.test("txn does one of two lists, and its status says which", async (t) => {
  const text = "if absent(t/a) then put t/a 1; put t/b 2 else get t/a; del t/c; del --prefix t/x";
  t.match(await kvcli("txn", text), {
    status: 0,
    stdout: /^then {2}rev=\d+\nt\/a {2}put {2}version=1\nt\/b {2}put {2}version=1\n$/,
  });
  t.match(await kvcli("txn", text), {
    status: 1,
    stdout: /^else {2}rev=\d+\nt\/a {2}= 1\nt\/c {2}not found\nt\/x {2}0 deleted\n$/,
  });
  t.match(await json("txn", text), {
    kind: "txn",
    succeeded: false,
    answers: [
      { key: "t/a", op: "get", record: { value: "1", version: 1 } },
      { key: "t/c", op: "delete", deleted: false },
      { key: "t/x", op: "delete-range", deleted: 0 },
    ],
  });
  t.equal((await kvcli("txn", "then get t/a; get t/none; get t/b", "-o", "value")).stdout, "1\n\n2\n");
  const file = join(dir, "swap.txn");
  writeFileSync(file, "# both\nthen\n  del t/a\n  del --range t/b t/c\n");
  t.match(await kvcli("txn", "-f", file), { status: 0, stdout: /t\/a {2}deleted\nt\/b {2}1 deleted\n$/ });
  t.match(await kvcliWith({ stdin: "then get t/a" }, "txn", "-f", "-"), { status: 0, stdout: /not found/ });
  t.match(await kvcli("txn", "then put a"), { status: 2, stderr: /line 1, character 11: expected a value/ });
  t.match(await kvcli("txn", "then put a 1; del a"), { status: 2, stderr: /twice/ });
  t.match(await kvcli("txn"), { status: 2 });
});

t.test("the same request id changes once", async (t) => {
  const id = `${"ef".repeat(16)}:1:${Date.now() + 60_000}`;
  t.equal((await kvcli("incr", "rid", "5", "--request-id", id)).stdout, "5\n");
  t.equal((await kvcli("incr", "rid", "5", "--request-id", id)).stdout, "5\n");
  t.match(await kvcli("incr", "rid", "6", "--request-id", id), { status: 5 }, "another payload is refused");
});

t.test("each verb shows how it is used", async (t) => {
  t.ok(Object.keys(RANGE_OPTIONS).every((name) => name in (delCommand.options ?? {})));
  for (const command of [mputCommand, txnCommand, delCommand])
    t.match((await kvcli(nameOf(command), "--help")).stdout, /Examples:\n +\S/, command.usage);
  for (const verb of ["incr", "append", "cas", "rmw", "put"])
    t.match((await kvcli(verb, "--help")).stdout, /Examples:\n +\S/, verb);
});
