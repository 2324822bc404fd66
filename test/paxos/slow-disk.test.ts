import t from "tap";
import type { NodeId } from "../../src/base/ids.ts";
import { SlowDisk } from "../../src/paxos/slow-disk.ts";
import { Cluster, type Node } from "./cluster.ts";
import { membershipOf, SeededRandom } from "./fixtures.ts";

t.test("a disk is worse when a write is older than 75 ms and the other's takes less than half", async (t) => {
  const slowDisk = new SlowDisk();
  t.equal(slowDisk.isWorse(75, 0, 1000), false);
  t.equal(slowDisk.isWorse(76, 37, 1000), true);
  t.equal(slowDisk.isWorse(76, 38, 1000), false);
});

t.test("whatever the disks do, office stays for a minute after it was handed over", async (t) => {
  const slowDisk = new SlowDisk();
  slowDisk.onHandOver(1000);
  t.equal(slowDisk.isWorse(5000, 0, 60_999), false);
  t.equal(slowDisk.isWorse(5000, 0, 61_000), true);
});

/** Three nodes with a leader in office, whose disks take 1 ms until `diskMs` says otherwise. */
function ledCluster(): { cluster: Cluster; leader: Node; diskMs: Map<NodeId, number> } {
  const random = new SeededRandom(3);
  const diskMs = new Map<NodeId, number>();
  const cluster: Cluster = new Cluster({
    membership: membershipOf(3),
    random,
    delayMs: () => 1,
    diskMs: (node) => diskMs.get(node) ?? 1,
  });
  for (const node of cluster.nodes) node.start();
  cluster.runUntil(() => cluster.leader !== undefined, 5000);
  const { leader } = cluster;
  if (leader === undefined) throw new Error("nobody leads");
  return { cluster, leader, diskMs };
}

/** Somebody writes all the time, one thing after the other. */
function work(cluster: Cluster, forMs: number): void {
  for (const endMs = cluster.nowMs + forMs; cluster.nowMs < endMs; ) {
    cluster.leader?.propose(Uint8Array.of(cluster.nowMs % 251));
    cluster.run(5);
  }
}

const handOvers = ({ notices }: Cluster) => notices.filter(({ notice }) => notice.kind === "slow-disk");

t.test("a leader whose disk turns slow gives its office to a member with a quick one, once", async (t) => {
  const { cluster, leader, diskMs } = ledCluster();
  work(cluster, 500);
  t.same(handOvers(cluster), [], "not while all disks are quick");
  diskMs.set(leader.id, 130);
  work(cluster, 5000);
  t.match(handOvers(cluster), [{ node: leader.id }]);
  t.not(cluster.leader?.id, leader.id);
  const chosen = cluster.acknowledged;
  work(cluster, 500);
  t.ok(cluster.acknowledged > chosen + 20, "and its successor goes on at its own pace");
});

t.test("where all disks are slow nobody hands over", async (t) => {
  const { cluster, leader, diskMs } = ledCluster();
  for (const { id } of cluster.nodes) diskMs.set(id, 130);
  work(cluster, 5000);
  t.same(handOvers(cluster), []);
  t.equal(cluster.leader?.id, leader.id);
});

t.test("office does not go round when one disk after the other turns slow", async (t) => {
  const { cluster, leader, diskMs } = ledCluster();
  diskMs.set(leader.id, 130);
  work(cluster, 3000);
  const successor = cluster.leader;
  diskMs.delete(leader.id);
  diskMs.set(successor?.id ?? leader.id, 130);
  work(cluster, 50_000);
  t.equal(handOvers(cluster).length, 1);
  work(cluster, 12_000);
  t.equal(handOvers(cluster).length, 2, "a minute later it does");
});
