import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-compact-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 3 });
const alone = await DevCluster.up({ dir: join(dir, "alone"), nodes: 1 });
const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 60_000 });
t.teardown(async () => {
  client.close();
  await cluster.down();
  await alone.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadmAt = (of: DevCluster, ...argv: string[]) => runAt(of, KVADM, argv, "60s");

const kvadm = (...argv: string[]) => kvadmAt(cluster, ...argv);

const PUTS = 60;
for (let at = 0; at < PUTS; at++) await client.put("key", `${at}`);

t.test("a dry run says what would go, and nothing goes", async (t) => {
  const told = await kvadm("compact", "--dry-run", "--keep", "10", "-o", "json");
  t.equal(told.status, 0);
  const { kind, nodes } = JSON.parse(told.stdout);
  t.equal(kind, "compact_log");
  t.match(nodes, [{ node: "n1", kept: 10 }, { node: "n2" }, { node: "n3" }]);
  t.ok(nodes[0].slots > 0);
  const again = JSON.parse((await kvadm("compact", "--dry-run", "--keep", "10", "-o", "json")).stdout);
  t.ok(again.nodes[0].slots >= nodes[0].slots);
});

t.test("every node drops its log, down to what was to be kept, and says what it freed", async (t) => {
  const { status, stdout, stderr } = await kvadm("compact", "--keep", "10", "-o", "json");
  t.equal(status, 0);
  t.equal(stderr, "");
  const { nodes } = JSON.parse(stdout);
  t.equal(nodes.length, 3);
  for (const node of nodes) t.ok(node.slots >= 0 && node.kept >= 10 && node.bytes >= 0, JSON.stringify(node));
  t.ok(nodes.some((node: { slots: number }) => node.slots > 0));
  t.match(await kvadm("compact"), { status: 0, stdout: /^NODE +FREED +BYTES +KEPT +LOG\nn1 +\d+ / });
  t.match(await client.put("key", "after"), { version: PUTS + 1 });
});

t.test("a node alone has a snapshot made first, which its log goes on from", async (t) => {
  const own = await openClient({ endpoints: alone.addresses(), timeoutMs: 60_000 });
  t.teardown(() => own.close());
  for (let at = 0; at < 20; at++) await own.put("key", `${at}`);
  const { status, stdout, stderr } = await kvadmAt(alone, "compact", "-o", "json");
  t.equal(status, 0, stderr);
  const [node] = JSON.parse(stdout).nodes;
  t.ok(node.slots >= 20, stdout);
  await alone.restart("n1");
  await alone.waitForLeader();
  t.equal(new TextDecoder().decode((await own.get("key")).record?.value), "19");
});

t.test("history is forgotten up to a revision, and the log stays", async (t) => {
  const dry = await kvadm("compact", "--history", "40", "--dry-run");
  t.match(dry, { status: 0, stdout: "changes up to revision 40 would be forgotten\n" });
  const done = await kvadm("compact", "--history", "40");
  t.match(done, {
    status: 0,
    stdout: "changes up to revision 40 are forgotten, 40 revisions more than before\n",
  });
  const kept: number[] = [];
  for await (const { revision } of client.history("key")) kept.push(revision);
  t.equal(kept.at(-1), 41);
  const again = JSON.parse((await kvadm("compact", "--history", "41", "-o", "json")).stdout);
  t.match(again, { kind: "compact_history", dry_run: false, compacted: 41, revisions: 1 });
});

t.test("an age is turned into the last revision that is surely so old", async (t) => {
  t.match(await kvadm("compact", "--history", "20h"), { status: 1, stderr: /known to be so old/ });
  const young = await kvadm("compact", "--history", "1ms", "--dry-run");
  t.ok(young.status === 0 || /known to be so old/.test(young.stderr), young.stderr);
  for (const wrong of ["soon", "-1", "1x", "3d"]) {
    t.match(await kvadm("compact", `--history=${wrong}`), { status: 2 });
  }
  t.match(await kvadm("compact", "--keep", "some"), { status: 2 });
});

t.test("a member that does not answer is told, and the others drop theirs", async (t) => {
  await cluster.kill("n3");
  const { status, stdout } = await kvadm("compact", "--keep", "5");
  t.equal(status, 7);
  t.match(stdout, /n3 +no answer\n$/);
});
