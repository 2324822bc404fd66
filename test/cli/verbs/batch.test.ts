import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { REPOSITORY } from "../../tidy/source-files.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-batch-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
const client = await openClient({ endpoints: cluster.addresses() });
t.teardown(async () => {
  client.close();
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

async function withInput(stdin: string | Uint8Array, ...argv: string[]) {
  const terminal = new FakeTerminal({ KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: "20s" });
  terminal.stdin = stdin;
  const status = await runProgram(KVCLI, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const kvcli = (...argv: string[]) => withInput("", ...argv);

t.test("a script is a test of its own: verbs, bytes, transactions, expectations", async (t) => {
  const lines = [
    "put script/a 1  # a comment",
    "get script/a",
    "expect 1",
    'put "script/\\xff" "x\\n\\x00"',
    'get "script/\\xff"',
    'expect "x\\n\\x00"',
    "5 incr script/n",
    "expect 5",
    "multi absent(script/z)",
    "put script/z 1",
    "exec",
    "assert exists script/z",
    "assert value=1 script/z",
    "assert rev>1",
    "wait script/z --until version=1",
    "wait 1ms",
    "count script/",
    "expect 4",
  ].join("\n");
  t.match(await withInput(lines), { status: 0, stderr: "" });
  const file = join(dir, "script.kv");
  writeFileSync(file, `${lines.split("\n").slice(1, 3).join("\n")}\nassert absent script/a\nget script/a\n`);
  const stopped = await kvcli("-f", file);
  t.match(stopped, { status: 1, stdout: "1" });
  t.match(stopped.stderr, /not absent: rev=\d+ .*\n.*line 3 ended with status 1/);
  t.match(await kvcli("-f", join(dir, "none")), { status: 9, stderr: /ENOENT/ });
  t.match(await withInput("assert rev>1000000\n"), { status: 1, stderr: /the store is at rev=\d+/ });
  t.match(await withInput("get script/a -o json\n", "-q"), { status: 0, stdout: "" });
});

t.test("ranges are shown as tables, trees and lines of JSON", async (t) => {
  for (const key of ["show/a", "show/b/c", "show/b/d", "show/e"]) await client.put(key, `v-${key.at(-1)}`);
  t.equal((await kvcli("ls", "show/", "--tree")).stdout, "show/\n  a\n  b/\n    c\n    d\n  e\n");
  t.equal((await kvcli("ls", "show/", "--after", "show/b/c", "--limit", "1")).stdout, "show/b/d\n");
  t.equal((await kvcli("ls", "show/b/", "--after", "a")).stdout, "show/b/c\nshow/b/d\n");
  t.match(await kvcli("ls", "--tree", "-l"), { status: 2 });
  t.match(
    (await kvcli("range", "show/a", "show/b0")).stdout,
    /^KEY +VALUE +REV +VERSION\nshow\/a +v-a .*\nshow\/b\/c +v-c .*\nshow\/b\/d +v-d/,
  );
  t.match(await kvcli("range", "show0", "show1"), { status: 1, stdout: "KEY  VALUE  REV  VERSION\n" });
  const records = (await kvcli("range", "show/", "show0", "-o", "jsonl")).stdout.trim().split("\n");
  t.match(
    records.map((line) => JSON.parse(line).value),
    ["v-a", "v-c", "v-d", "v-e"],
  );
  t.match(JSON.parse((await kvcli("range", "show/", "show0", "-o", "json")).stdout), { count: 4 });
  t.match(await kvcli("mget", "show/a", "show/none"), { status: 1, stdout: /show\/none +- +- +absent/ });
  t.equal((await kvcli("mget", "show/a", "show/e", "-o", "value")).stdout, "v-a\nv-e\n");
  t.match(JSON.parse((await kvcli("latency", "--count", "3", "-o", "json")).stdout), { count: 3 });
});

t.test("ranges are shown as they were, and exported so", async (t) => {
  const entries = ["a", "b", "c"].map((key, index) => [`past/${key}`, `${index + 1}`] as const);
  const { revision } = await client.putAll(entries);
  await kvcli("del", "past/b", "past/c");
  await kvcli("put", "past/d", "later");
  await kvcli("put", "past/a", "later");
  const then = ["--rev", `${revision}`];
  t.match(await kvcli("ls", "past/", ...then), { status: 0, stdout: "past/a\npast/b\npast/c\n" });
  t.match(await kvcli("count", "past/", ...then), { status: 0, stdout: "3\n" });
  t.match(await kvcli("count", "past/"), { status: 0, stdout: "2\n" });
  const { stdout } = await kvcli("range", "past/", "past0", ...then, "-o", "jsonl");
  const lines = stdout.trim().split("\n");
  t.match(
    lines.map((line) => JSON.parse(line) as object),
    [
      { key: "past/a", value: "1" },
      { key: "past/b", value: "2" },
      { key: "past/c", value: "3" },
    ],
  );
  const exported = await kvcli("export", "past/", "-q", ...then);
  t.same(
    exported.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object),
    [
      { key: "past/a", value: "1" },
      { key: "past/b", value: "2" },
      { key: "past/c", value: "3" },
    ],
  );
  t.match(await kvcli("ls", "past/", "--rev", "1000000"), { status: 2, stderr: /not reached/ });
  t.match(await kvcli("ls", "past/", "--rev", "0"), { status: 2, stderr: /--rev/ });
});

t.test("wait ends as soon as it is so, or in its time with status 1", async (t) => {
  const waiting = kvcli("wait", "later", "--until", "value=yes");
  await client.put("later", "no");
  await client.put("later", "yes");
  t.match(await waiting, { status: 0, stdout: /^later {2}rev=\d+ {2}version=2\n$/ });
  t.match(await kvcli("wait", "never", "--timeout", "50ms"), { status: 1, stderr: /never: time is up/ });
});

t.test("what is exported comes back byte for byte, with the time that was left", async (t) => {
  const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
  const entries = fc.uniqueArray(fc.tuple(bytes(1, 12), bytes(0, 40)), {
    maxLength: 30,
    selector: ([key]) => Buffer.from(key).toString("hex"),
  });
  const prefix = Buffer.from("round/");
  await fc.assert(
    fc.asyncProperty(entries, async (pairs) => {
      const wanted = pairs.map(([key, value]) => [Buffer.concat([prefix, key]), Buffer.from(value)] as const);
      await client.deleteRange({ prefix });
      if (wanted.length > 0) await client.putAll(wanted);
      const exported = await kvcli("export", "round/");
      await client.deleteRange({ prefix });
      const again = await withInput(exported.stdout, "import", "-o", "json");
      t.match(JSON.parse(again.stdout), { put: wanted.length, kept: 0 });
      const found: string[][] = [];
      for await (const { key, record } of client.scan({ prefix }))
        found.push([key, record.value].map((part) => Buffer.from(part).toString("hex")));
      const ascending = wanted.toSorted(([left], [right]) => Buffer.compare(left, right));
      t.same(
        found,
        ascending.map((entry) => entry.map((part) => part.toString("hex"))),
      );
    }),
    { numRuns: 10 },
  );
});

t.test("an export says how long keys live, and an import leaves out those of leases", async (t) => {
  const { leaseId } = await client.grantLease({ ttlMs: 3_600_000 });
  await client.put("life/leased", "1", { leaseId });
  await client.put("life/timed", "2", { ttlMs: 3_600_000 });
  await client.put("life/stays", "3");
  const exported = await kvcli("export", "life/");
  t.match(exported, { status: 0, stderr: "kvcli: 3 keys exported\n" });
  const [leased, stays, timed] = exported.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.same([leased.lease, leased.ttl_ms], [leaseId, undefined]);
  t.same(Object.keys(stays), ["key", "value"]);
  t.ok(timed.ttl_ms > 3_000_000 && timed.ttl_ms <= 3_600_000);
  await client.deleteRange({ prefix: "life/" });
  t.match(await withInput(exported.stdout, "import"), {
    status: 0,
    stdout: "2 keys put, 0 kept as they are, 1 of leases left out\n",
  });
  const back = await client.get("life/timed");
  t.ok((back.timeLeftMs ?? 0) > 3_000_000);
  t.equal((await client.get("life/leased")).record, undefined);
});

t.test("the script in the guide is one that runs", async (t) => {
  const guide = readFileSync(join(REPOSITORY, "docs/KVCLI.md"), "utf8");
  const [, script = ""] = /^\$ cat check\.kv\n(.*?)^\$ kvcli -f check\.kv\n/ms.exec(guide) ?? [];
  t.ok(script.split("\n").length > 10, "it was found");
  t.match(await withInput(script), { status: 0, stderr: "" });
  t.equal(Buffer.from((await client.get("app/cfg")).record?.value ?? []).toString(), "off");
});

t.test("an import behind a fence puts its keys while the lock is held, and none afterwards", async (t) => {
  const held = await client.put("fenced/lock", "held");
  const lines = '{"key":"fenced/a","value":"1"}\n';
  const fence = `fenced/lock:${held.createRevision}`;
  t.match(await withInput(lines, "import", "--fence", fence), { status: 0, stdout: /^1 keys put/ });
  await client.delete("fenced/lock");
  const late = await withInput(lines.replace('"1"', '"2"'), "import", "--overwrite", "--fence", fence);
  t.match(late, { status: 1, stderr: /line 1: fenced\/a/ });
  t.equal(Buffer.from((await client.get("fenced/a")).record?.value ?? []).toString(), "1");
  t.match(await withInput(lines, "import", "--fence", "fenced/lock"), { status: 2, stderr: /KEY:TOKEN/ });
});

t.test("a damaged line is named, and what was before it is done", async (t) => {
  const good = '{"key":"damage/a","value":"1"}\n';
  for (const [bad, why] of [
    ['{"key":"x"\n', /line 2 is no JSON$/m],
    ['{"key":"x","value":"y","other":1}\n', /line 2 has a field 'other'/],
    ['{"key":"x","value_b64":"***"}\n', /line 2 has a value_b64 that is not base64/],
    ['{"key":"x","value":"y","ttl_ms":5,"lease":1}\n', /line 2: ttl_ms and lease exclude/],
  ] as const) {
    t.match(await withInput(good + bad, "import"), { status: 2, stderr: why }, bad);
  }
  t.match(await withInput(Buffer.from([...Buffer.from(good), 0xff, 10]), "import"), {
    status: 2,
    stderr: /line 2 is not UTF-8/,
  });
  t.ok((await client.get("damage/a")).record !== undefined);
  t.match(await withInput('{"key":"damage/a","value":"2"}\n', "import"), {
    status: 1,
    stderr: /another value/,
  });
  t.match(await withInput('{"key":"damage/a","value":"2"}\n', "import", "--if-absent", "--overwrite"), {
    status: 2,
  });
});
