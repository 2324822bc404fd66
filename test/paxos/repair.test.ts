import t from "tap";
import { Cluster } from "./cluster.ts";
import { membershipOf, SeededRandom } from "./fixtures.ts";

t.test("a chosen value whose only witness lost it comes back from what a quorum accepted", async (t) => {
  let isSilent = false;
  let onlyCandidate = 0;
  const cluster = new Cluster({
    membership: membershipOf(3),
    random: new SeededRandom(3),
    delayMs: (from, _to, { kind }) => {
      // Nobody hears from the leader that anything is chosen; nobody else leads after it.
      if (isSilent && kind === "heartbeat") return undefined;
      return kind === "pre-vote" && onlyCandidate !== 0 && from !== onlyCandidate ? undefined : 1;
    },
    diskMs: () => 1,
  });
  for (const node of cluster.nodes) node.start();
  cluster.runUntil(() => cluster.leader !== undefined, 3000);
  cluster.run(100);
  const witness = cluster.leader;
  if (witness === undefined) throw new Error("nobody leads");
  isSilent = true;
  witness.propose(new TextEncoder().encode("precious"));
  cluster.run(10);
  witness.image.learned = 3 as typeof witness.image.learned;
  witness.image.digest = witness.replica?.view(cluster.nowMs).digest ?? 0;
  const others = cluster.nodes.filter((node) => node !== witness);
  t.ok(others.every((node) => node.image.learned === 2 && node.image.entries.has(2)));
  for (const node of cluster.nodes) node.crash();
  witness.image.entries.delete(2);
  witness.image.damaged.add(2);
  isSilent = false;
  onlyCandidate = witness.id;
  for (const node of cluster.nodes) node.start();
  const isHealed = () =>
    cluster.nodes.every((node) => {
      const view = node.replica?.view(cluster.nowMs);
      return view !== undefined && view.chosen > 3 && view.damaged === 0;
    });
  t.ok(cluster.runUntil(isHealed, 10_000));
});
