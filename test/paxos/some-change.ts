import { NOBODY } from "../../src/base/ids.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { withLearner, without, withVote } from "../../src/paxos/membership-step.ts";
import type { Cluster, Node } from "./cluster.ts";
import { joining, type SeededRandom } from "./fixtures.ts";

/** A serving leader begins some change of the members, if that may be now; before its own removal it hands over. */
export function changeSomehow(cluster: Cluster, node: Node, random: SeededRandom): void {
  const { replica } = node;
  if (replica?.view(node.clockMs).serving !== true || node.pausedUntilMs > cluster.nowMs) return;
  const next = drawnMembership(replica.membership, random, cluster.nodes.length);
  if (next === undefined) return;
  const refusal = replica.changeRefusal(next);
  if (refusal === undefined) node.give({ kind: "change", membership: next });
  else if (refusal === "removes-leader") node.give({ kind: "hand-over", to: NOBODY });
}

function drawnMembership(current: Membership, random: SeededRandom, nodes: number): Membership | undefined {
  const members = current.members.length;
  const learners = current.members.filter(({ role }) => role === "learner");
  const [learner] = learners;
  switch (random.below(3)) {
    case 0: {
      if (current.nextNodeId > nodes || learners.length > 1) return undefined;
      return withLearner(current, joining(current.nextNodeId));
    }
    case 1:
      return learner === undefined ? undefined : withVote(current, learner.id);
    default: {
      const leaving = current.members[random.below(members)];
      const isLast = leaving?.role === "voter" && members - learners.length === 1;
      return leaving === undefined || isLast ? undefined : without(current, leaving.id);
    }
  }
}
