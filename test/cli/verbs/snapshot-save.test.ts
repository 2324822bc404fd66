import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { present } from "../../../src/base/assert.ts";
import { GROUP_ZERO } from "../../../src/base/ids.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { openDataDirectory } from "../../../src/storage/data-directory.ts";
import { deps } from "../../contract/storage-fixture.ts";
import { REPOSITORY } from "../../tidy/source-files.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-snapshot-save-test-"));
const out = join(dir, "out");
mkdirSync(out);
const file = join(out, "kvd.snap");
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 3 });
const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 60_000 });
t.teardown(async () => {
  client.close();
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});
const environment = { KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: "60s" };

async function kvadm(...argv: string[]) {
  const terminal = new FakeTerminal(environment);
  const status = await runProgram(KVADM, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** How a save in a process of its own ends, which gets the signal once it has begun to write. */
async function signalled(signal: "SIGINT" | "SIGKILL", target: string): Promise<number | null> {
  const child = spawn(process.execPath, [join(REPOSITORY, "bin", "kvadm"), "snapshot", "save", target], {
    env: { ...process.env, ...environment },
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver && !readdirSync(out).some((name) => name.endsWith(".part"))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill(signal);
  return ended;
}

/** 4 MiB: more chunks than are asked for at once. */
const LARGE = "x".repeat(256 * 1024);
for (let at = 0; at < 16; at++) await client.put(`large-${at}`, LARGE);

t.test(
  "what is saved under load holds all that was acknowledged before, and makes a new cluster",
  async (t) => {
    let isOver = false;
    const load = (async () => {
      for (let at = 0; !isOver; at++) await client.put("load", `${at}`);
    })();
    const { revision } = await client.put("last", "one");
    const { leader } = client;
    const saved = await kvadm("snapshot", "save", file, "-o", "json");
    isOver = true;
    await load;
    t.equal(saved.status, 0, saved.stderr);
    const told = JSON.parse(saved.stdout);
    t.match(told, { kind: "snapshot_saved", v: 1, file, keys: 18 });
    t.ok(
      told.node !== leader || client.leader !== leader,
      "by a follower, as long as nobody else came to lead",
    );
    t.ok(told.chunks > 4);
    t.ok(told.revision >= revision, "the last acknowledged change is in it");
    t.equal(statSync(file).mode & 0o777, 0o600);
    t.same(readdirSync(out), ["kvd.snap"]);
    const verified = JSON.parse((await kvadm("snapshot", "verify", file, "-o", "json")).stdout);
    t.match(verified, { hash: told.hash, revision: told.revision, keys: 18 });
    const fresh = join(dir, "fresh");
    t.match(await kvadm("snapshot", "restore", file, "--single", "--data-dir", fresh), { status: 0 });
    const storage = await openDataDirectory(fresh, deps);
    t.equal([...storage.state(GROUP_ZERO).range(new Uint8Array(0), undefined)].length, 18);
    await storage.close();
  },
);

t.test("a file that is there stays, unless it is to be replaced by one that may be older", async (t) => {
  const before = readFileSync(file);
  t.match(await kvadm("snapshot", "save", file), { status: 9, stdout: "", stderr: /there already.*--force/ });
  t.same(readFileSync(file), before);
  const again = await kvadm("snapshot", "save", file, "--force", "--max-age", "1h");
  t.match(again, { status: 0, stdout: /kvd\.snap: .*, 18 keys at revision \d+, from n\d\n$/ });
  t.same(readdirSync(out), ["kvd.snap"]);
});

t.test("the node that is named gives it, and stdout gets the bytes alone", async (t) => {
  const leader = present(client.leader, "somebody leads");
  const endpoint = present(cluster.list().find(({ id }) => id === leader)?.endpoint, "it has an endpoint");
  const { status, stdout, stderr } = await kvadm("snapshot", "save", "-", "-E", endpoint);
  t.equal(status, 0);
  t.match(stderr, new RegExp(`^kvadm: saved: .* from ${leader}\n$`));
  const copy = join(dir, "copy.snap");
  writeFileSync(copy, Buffer.from(stdout, "latin1"));
  t.match(await kvadm("snapshot", "verify", copy), { status: 0 });
});

t.test(
  "a save that is interrupted leaves nothing, and one that is killed stands in nobody's way",
  async (t) => {
    const target = join(out, "other.snap");
    // What was just written is not in any snapshot yet: one has to be made, which takes a while.
    await client.put("new", "1");
    t.equal(await signalled("SIGINT", target), 130);
    t.same(readdirSync(out), ["kvd.snap"]);
    await client.put("new", "2");
    t.equal(await signalled("SIGKILL", target), null);
    t.notOk(readdirSync(out).includes("other.snap"));
    t.match(await kvadm("snapshot", "save", target), { status: 0 });
  },
);

t.test("without a quorum what a node knows is saved, and that is said", async (t) => {
  const [first, second] = cluster.list();
  for (const node of [first, second]) await cluster.kill(present(node, "there are three").id);
  const target = join(out, "alone.snap");
  let saved = await kvadm("snapshot", "save", target, "--timeout", "2s");
  while (saved.status !== 0) saved = await kvadm("snapshot", "save", target, "--timeout", "2s");
  t.match(saved.stderr, /no quorum answers: what is saved is what one node knows/);
  t.match(await kvadm("snapshot", "verify", target), { status: 0 });
});
