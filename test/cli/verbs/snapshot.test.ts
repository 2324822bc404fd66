import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { GROUP_ZERO } from "../../../src/base/ids.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { openDataDirectory } from "../../../src/storage/data-directory.ts";
import type { SnapshotManifest } from "../../../src/storage/snapshot.ts";
import { SnapshotFileWriter } from "../../../src/storage/snapshot-file.ts";
import { deps } from "../../contract/storage-fixture.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-snapshot-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, "kvd.snap");
const KEYS = 30;

async function kvadm(...argv: string[]) {
  const terminal = new FakeTerminal({});
  const status = await runProgram(KVADM, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** A snapshot of a cluster that was in use; answers the last revision in it. */
async function saved(): Promise<number> {
  const cluster = await DevCluster.up({ dir: join(dir, "old"), nodes: 1 });
  const client = await openClient({ endpoints: cluster.addresses() });
  const patience = { timeoutMs: 60_000 };
  try {
    for (let at = 0; at < KEYS; at++) await client.put(`key-${at}`, `value-${at}`, patience);
    await client.put("short", "lived", { ...patience, ttlMs: 3_600_000 });
    const { revision } = await client.delete("key-0", patience);
    // What is applied goes to the state's disk when it has waited a while.
    const { applied } = await statusOf(cluster);
    while ((await statusOf(cluster)).state_durable < applied) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return revision;
  } finally {
    client.close();
    await cluster.down();
  }
}

async function statusOf(cluster: DevCluster): Promise<{ applied: number; state_durable: number }> {
  const { stdout } = await kvadm("status", "-E", cluster.endpoints().join(","), "-o", "json");
  return JSON.parse(stdout).nodes[0];
}

async function saveFrom(path: string): Promise<void> {
  const storage = await openDataDirectory(path, deps);
  const snapshots = storage.snapshots(GROUP_ZERO);
  const manifest = await new Promise<SnapshotManifest>((resolve) => snapshots.write(resolve));
  const writer = new SnapshotFileWriter(new SystemCrypto(), manifest);
  const parts = [writer.header()];
  for (let at = 0; at < manifest.chunks; at++)
    parts.push(writer.chunk(snapshots.readChunk(at) ?? new Uint8Array(0)));
  writeFileSync(file, Buffer.concat([...parts, writer.trailer()]));
  await storage.close();
}

const revision = await saved();
await saveFrom(join(dir, "old", "n1"));

t.test("a snapshot tells whose it is and what is in it", async (t) => {
  const { status, stdout } = await kvadm("snapshot", "inspect", file);
  t.equal(status, 0);
  t.match(
    stdout,
    new RegExp(`^cluster +[0-9a-f]{64}\n(?:.*\n)*revision +${revision}, .*\n(?:.*\n)*keys +${KEYS}\n`),
  );
  const json = JSON.parse((await kvadm("snapshot", "inspect", file, "-o", "json")).stdout);
  t.match(json, { kind: "snapshot", revision, keys: KEYS, chunks: 1, members: [{ id: 1, name: "n1" }] });
});

t.test("verify finds a flipped bit, a cut file, and what is none, and says what to do", async (t) => {
  const { status, stdout } = await kvadm("snapshot", "verify", file, "-o", "json");
  t.equal(status, 0);
  t.ok(JSON.parse(stdout).rows > KEYS);
  const sound = readFileSync(file);
  const harmed = join(dir, "harmed.snap");
  const refusal = async (bytes: Uint8Array) => {
    writeFileSync(harmed, bytes);
    return kvadm("snapshot", "verify", harmed);
  };
  const middle = Math.floor(sound.length / 2);
  const flipped = Buffer.from(sound.with(middle, (sound[middle] ?? 0) ^ 1));
  t.match(await refusal(flipped), {
    status: 7,
    stdout: "",
    stderr: /harmed\.snap: the snapshot is damaged: .*; take another copy\n$/,
  });
  t.match(await refusal(sound.subarray(0, middle)), { status: 7, stderr: /cut off/ });
  t.match(await refusal(new Uint8Array(0)), { status: 7, stderr: /the snapshot is damaged: it is empty/ });
  t.match(await refusal(Buffer.from("some text")), { status: 7, stderr: /no snapshot of kvd/ });
  t.match(await kvadm("snapshot", "verify", join(dir, "none")), { status: 9, stderr: /cannot read/ });
});

t.test(
  "restore refuses a directory that holds something, and leaves nothing of a damaged snapshot",
  async (t) => {
    const held = join(dir, "old", "n1");
    const command = ["snapshot", "restore", file, "--single", "--data-dir"];
    t.match(await kvadm(...command, held), {
      status: 8,
      stderr: /already holds a node: name a directory that is empty/,
    });
    const fresh = join(dir, "fresh");
    const sound = readFileSync(file);
    const harmed = join(dir, "harmed.snap");
    writeFileSync(harmed, sound.subarray(0, sound.length - 10));
    t.match(await kvadm("snapshot", "restore", harmed, "--single", "--data-dir", fresh), { status: 7 });
    t.same(readdirSync(fresh), []);
    t.match(await kvadm(...command, fresh), {
      status: 0,
      stdout: new RegExp(
        `: node n1 of the new cluster [0-9a-f]{16}, ${KEYS} keys; revisions go on above ${revision + 1_000_000}`,
      ),
    });
    const storage = await openDataDirectory(fresh, deps);
    const state = storage.state(GROUP_ZERO);
    t.equal([...state.range(new Uint8Array(0), undefined)].length, KEYS);
    t.equal([...state.recovered.expiries()].length, 1);
    t.same([...state.recovered.executed()], [], "requests of the old cluster are none of the new one's");
    t.same([...state.eventRows(0)], []);
    t.same([...state.tombstones(new Uint8Array(0), undefined)], []);
    t.match(storage.recoverLog(GROUP_ZERO), {
      firstKept: 2,
      learned: 2,
      end: 2,
      digest: state.recovered.digest,
    });
    await storage.close();
  },
);

t.test("members that are restored of one snapshot are a new cluster with its keys", async (t) => {
  const cluster = await DevCluster.create({ dir: join(dir, "new"), names: ["n1", "n2", "n3"] });
  t.teardown(() => cluster.down());
  const ids = new Set<string>();
  for (const { id, dir: path } of cluster.list()) {
    rmSync(path, { recursive: true });
    const plan = join(dir, "new", "cluster.yaml");
    const made = await kvadm(
      "snapshot",
      "restore",
      file,
      "--cluster",
      plan,
      "--node",
      id,
      "--data-dir",
      path,
      "-o",
      "json",
    );
    t.equal(made.status, 0, made.stderr);
    const { kind, cluster_id: clusterId } = JSON.parse(made.stdout);
    t.equal(kind, "snapshot_restore");
    t.notMatch(readFileSync(plan, "utf8"), clusterId, "another cluster than that of the file alone");
    ids.add(clusterId);
    cluster.start(id);
  }
  t.equal(ids.size, 1);
  await cluster.waitForLeader();
  const client = await openClient({ endpoints: cluster.addresses() });
  t.teardown(() => client.close());
  const patience = { timeoutMs: 60_000 };
  const first = await client.put("key-1", "changed", patience);
  t.ok(first.revision > revision + 1_000_000, "its revision means nothing else in the old cluster");
  for (const { endpoint } of cluster.list()) {
    const [host = "", port = ""] = endpoint.split(":");
    const own = await openClient({ endpoints: [{ host, port: Number(port) }] });
    const read = async (key: string) =>
      new TextDecoder().decode((await own.get(key, patience)).record?.value);
    t.same([await read("key-1"), await read("key-2")], ["changed", "value-2"]);
    t.equal((await own.get("key-0", patience)).record, undefined, "deleted before");
    own.close();
  }
  const past = await kvadm("status", "-E", cluster.endpoints().join(","), "-o", "json");
  const digests = JSON.parse(past.stdout).nodes.map((node: { alarms: unknown }) => node.alarms);
  t.same(digests, [[], [], []]);
  const watch = client.watch({ key: "key-1", from: revision, ...patience })[Symbol.asyncIterator]();
  const told: unknown = await watch.next().catch((error: unknown) => error);
  t.match(told, { failure: { code: "compacted" } });
});
