import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { electCommand } from "../../../src/cli/verbs/elect.ts";
import { lockCommand } from "../../../src/cli/verbs/lock.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-lock-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 20_000 });
t.teardown(async () => {
  client.close();
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

async function kvcli(...argv: string[]) {
  const given = { KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: "20s" };
  const terminal = new FakeTerminal({ ...process.env, ...given });
  const status: number = await runProgram(KVCLI, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

t.test("a command runs while the lock is held, knows its token, and its status is passed on", async (t) => {
  const file = join(dir, "env");
  const script = `echo "$KVD_LOCK $KVD_FENCE $KVD_LEASE" > '${file}'; exit 7`;
  t.match(await kvcli("lock", "job", "--", "sh", "-c", script), { status: 7, stdout: "", stderr: "" });
  const [key = "", token, lease] = readFileSync(file, "utf8").trim().split(" ");
  t.match(key, /^job\/[0-9a-f]{16}$/);
  t.equal(Number.parseInt(key.slice(-16), 16), Number(lease));
  t.ok(Number(token) > 0);
  t.match(await kvcli("lock", "job", "--show"), { status: 1, stdout: "" });
  t.match(await kvcli("lock", "job", "--", "sh", "-c", "kill -9 $$"), { status: 128 + 9 });
  t.match(await kvcli("lock", "job", "--", join(dir, "none")), { status: 9, stderr: /cannot run.*ENOENT/ });
});

t.test("without a command the token is printed, and the end of the input ends it", async (t) => {
  t.match(await kvcli("lock", "job"), { status: 0, stdout: /^\d+\n$/ });
  const told = JSON.parse((await kvcli("lock", "job", "-o", "json", "--value", "me")).stdout);
  t.match(told, { kind: "lock", v: 1, name: "job", token: Number, lease: Number });
  t.match(await client.lockHolder("job"), { holder: undefined, waiters: 0 });
});

t.test("a lock that another holds is waited for, or not", async (t) => {
  const lock = await client.lock("busy", { value: "test" });
  t.match(await kvcli("lock", "busy", "--wait", "0", "--", "true"), { status: 1, stderr: /held by another/ });
  t.match(await kvcli("lock", "busy", "--wait", "20ms", "--", "true"), {
    status: 3,
    stderr: /not within 20 ms/,
  });
  const shown = await kvcli("lock", "busy", "--show", "-o", "json");
  t.match(JSON.parse(shown.stdout), { holder: { token: lock.token, value: "test" }, waiters: 0 });
  t.match((await kvcli("lock", "busy", "--show")).stdout, `token=${lock.token}  waiters=0  test\n`);
  await lock.release();
  t.match(await kvcli("lock", "busy", "--wait", "1m", "--", "true"), { status: 0 });
});

t.test("a command whose lock is lost is ended, and the status says so", async (t) => {
  const file = join(dir, "lease");
  const script = `echo "$KVD_LEASE" > '${file}.part'; mv '${file}.part' '${file}'; exec sleep 60`;
  const running = kvcli("lock", "doomed", "--", "sh", "-c", script);
  const { holder } = await until(async () => {
    const found = await client.lockHolder("doomed");
    return found.holder === undefined ? undefined : found;
  });
  await client.revokeLease(holder?.leaseId ?? 0);
  t.match(await running, { status: 10, stderr: /the lock doomed was lost: / });
});

t.test("changes depend on a lock by --fence", async (t) => {
  const lock = await client.lock("job");
  const fence = `${Buffer.from(lock.key).toString()}:${lock.token}`;
  t.match(await kvcli("put", "a", "1", "--fence", fence), {
    status: 0,
    stdout: /^a {2}rev=\d+ {2}version=1\n$/,
  });
  t.match(await kvcli("txn", "then put a 2; get a", "--fence", fence), { status: 0, stdout: /^then/ });
  const changes = [
    ["mput", "n=1", "b=2"],
    ["incr", "n"],
    ["append", "b", "x"],
    ["cas", "n", "--from", "2", "--to", "3"],
    ["rmw", "n", "--op", "max", "--arg", "9"],
    ["touch", "n", "1h"],
    ["del", "--prefix", "n", "--yes"],
    ["del", "--prefix", "b", "--expect-count", "1"],
    ["del", "a"],
  ];
  for (const change of changes)
    t.match(await kvcli(...change, "--fence", fence), { status: 0 }, change.join(" "));
  await lock.release();
  for (const change of [["put", "a", "1"], ["txn", "then put a 2"], ...changes])
    t.match(await kvcli(...change, "--fence", fence), { status: 1, stderr: /not held any more/ });
  for (const bad of ["job", "job:", ":5", "job:0", "job:x"])
    t.match(await kvcli("put", "a", "1", "--fence", bad), { status: 2, stderr: /is not KEY:TOKEN/ });
});

t.test("an election has a leader while a command runs, and can be looked at", async (t) => {
  t.match(await kvcli("elect", "office"), { status: 1, stderr: /nobody leads office/ });
  t.match(await kvcli("elect", "office", "me", "--", "sh", "-c", "exit 3"), { status: 3 });
  t.match(await kvcli("elect", "office", "me"), { status: 0, stdout: /^me {2}token=\d+ {2}lease=\d+\n$/ });
  const leadership = await client.campaign("office", "10.0.0.7");
  t.match((await kvcli("elect", "office")).stdout, `10.0.0.7  token=${leadership.token}`);
  t.match(JSON.parse((await kvcli("elect", "office", "-o", "json")).stdout), {
    kind: "leader",
    name: "office",
    leader: { value: "10.0.0.7", token: leadership.token },
  });
  await leadership.resign();
});

t.test("what cannot be meant is a usage error", async (t) => {
  const bad = [
    ["lock", ""],
    ["lock", "job", "--ttl", "soon"],
    ["lock", "job", "--wait", "soon"],
    ["elect", "office", "me", "--observe"],
    ["elect", "office", "-"],
  ];
  for (const argv of bad) t.match(await kvcli(...argv), { status: 2 }, argv.join(" "));
  t.match(lockCommand.examples?.length, 5);
  t.match(electCommand.examples?.length, 4);
});

async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
  }
}
