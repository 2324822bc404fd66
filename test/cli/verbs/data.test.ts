import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { Arguments } from "../../../src/cli/command.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import type { Program } from "../../../src/cli/program.ts";
import { writeOptionsOf } from "../../../src/cli/verbs/data-options.ts";
import { delCommand } from "../../../src/cli/verbs/del.ts";
import { failoverCommand } from "../../../src/cli/verbs/failover.ts";
import { leaderCommand } from "../../../src/cli/verbs/leader.ts";
import { lsCommand } from "../../../src/cli/verbs/ls.ts";
import { putCommand } from "../../../src/cli/verbs/put.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-verbs-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const run = (program: Program, ...argv: string[]) => runAt(cluster, program, argv, "20s");

const kvcli = (...argv: string[]) => run(KVCLI, ...argv);
const kvadm = (...argv: string[]) => run(KVADM, ...argv);

t.test("put, get and del answer as people and scripts expect", async (t) => {
  t.match(await kvcli("put", "app/cfg", "on"), { status: 0, stdout: /^app\/cfg {2}rev=\d+ {2}version=1\n$/ });
  t.same(await kvcli("get", "app/cfg"), { status: 0, stdout: "on", stderr: "" }, "exact bytes");
  t.match(JSON.parse((await kvcli("get", "app/cfg", "-o", "json")).stdout), {
    kind: "record",
    v: 1,
    key: "app/cfg",
    value: "on",
    version: 1,
    served_by: "n1",
  });
  t.match(await kvcli("set", "app/cfg", "off", "--prev"), { stdout: /version=2\nprevious: on\n$/ });
  t.match(await kvcli("rm", "app/cfg"), { status: 0, stdout: /^app\/cfg {2}deleted/ });
  t.same(await kvcli("get", "app/cfg"), { status: 1, stdout: "", stderr: "kvcli: app/cfg: not found\n" });
  t.match(await kvcli("del", "app/cfg"), { status: 1, stderr: "kvcli: app/cfg: not found\n" });
});

t.test("two names are two keys, never a range", async (t) => {
  for (const key of ["a", "b", "c"]) await kvcli("put", key, "1");
  t.match(JSON.parse((await kvcli("del", "a", "c", "-o", "json")).stdout), { deleted: 2 });
  t.equal((await kvcli("ls")).stdout, "b\n");
  t.match(await kvcli("del", "a", "b", "--request-id", `${"0".repeat(32)}:1:2`), { status: 2 });
});

t.test("any byte can be in a key or a value, and JSON says so", async (t) => {
  const file = join(dir, "value");
  const value = Buffer.from([0, 255, 10, 128]);
  writeFileSync(file, value);
  t.match(JSON.parse((await kvcli("put", "00ff", `@${file}`, "-k", "hex", "-o", "json")).stdout), {
    key_b64: "AP8=",
  });
  t.equal((await kvcli("get", "\\x00\\xff", "-k", "escaped")).stdout, value.toString("latin1"));
  t.match(JSON.parse((await kvcli("get", "AP8=", "-k", "base64", "-o", "json")).stdout), {
    value_b64: "AP8KgA==",
  });
  t.match((await kvcli("ls")).stdout, "\\x00\\xff\n");
  t.match(await kvcli("put", "k", "@/does/not/exist"), { status: 9, stderr: /ENOENT/ });
});

t.test("ls pages through more keys than one page holds, and stops at its limit", async (t) => {
  for (let index = 0; index < 12; index++) await kvcli("put", `many/${String(index).padStart(2, "0")}`, "xy");
  t.equal((await kvcli("ls", "many/")).stdout.split("\n").length, 13);
  t.equal((await kvcli("keys", "many/", "--limit", "2")).stdout, "many/00\nmany/01\n");
  t.match(
    (await kvcli("ls", "many/", "-l", "--limit", "1")).stdout,
    /^KEY +REV +VERSION +BYTES\nmany\/00 +\d+ +1 +2\n$/,
  );
  t.match(JSON.parse((await kvcli("ls", "none/", "-o", "json")).stdout), { count: 0, keys: [] });
  t.match(await kvcli("ls", "--limit", "0"), { status: 2 });
});

t.test("the same request id puts once", async (t) => {
  const deadline = Number(JSON.parse((await kvadm("status", "-o", "json")).stdout).nodes[0].time_ms) + 60_000;
  const id = `${"cd".repeat(16)}:1:${deadline}`;
  const first = await kvcli("put", "once", "1", "--request-id", id);
  t.same(await kvcli("put", "once", "1", "--request-id", id), first, "the same answer");
  t.match(first.stdout, /version=1/);
  t.match(await kvcli("put", "once", "2", "--request-id", id), { status: 5 }, "another payload is refused");
});

t.test("kvadm names the leader and its ballot, and says who is not it", async (t) => {
  const leader = JSON.parse((await kvadm("leader", "-o", "json")).stdout);
  t.match(leader, { node: "n1", endpoint: cluster.endpoints()[0], ballot: /^\d+\.1$/ });
  t.match(await kvadm("is-leader", "n1", "-q"), { status: 0, stdout: "" });
  t.match(await kvadm("is-leader", "n7"), { status: 2, stderr: /there are n1/ });
  t.match((await kvadm("status")).stdout, /^NODE +ADDR.*\nn1 +127.*leader/);
  t.match(await kvadm("failover", "--to", "n7"), { status: 2 });
  t.match((await kvcli("ping", "-o", "json")).stdout, /"node":"n1"/);
  t.equal((await kvcli("put", "q", "1", "-q")).stdout, "");
});

t.test("nobody at the endpoint is status 3: surely not applied", async (t) => {
  const nowhere = ["-E", "127.0.0.1:9", "--timeout", "300ms"];
  t.match(await kvcli("put", "a", "1", ...nowhere), { status: 3, stderr: /is kvd running there\?/ });
  t.match(await kvcli("get", "a", "-E", "nonsense:x"), { status: 2 });
});

t.test("a malformed request id is refused before anything is sent", async (t) => {
  t.throws(() => writeOptionsOf(new Arguments({ "request-id": "7f3c:19" })), /CLIENT:SEQUENCE:DEADLINE/);
});

t.test("every verb shows how it is used", async (t) => {
  for (const command of [putCommand, delCommand, lsCommand, leaderCommand, failoverCommand]) {
    t.ok((command.examples ?? []).length > 0, command.usage);
  }
});
