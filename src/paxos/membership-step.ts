import { equalBytes } from "../base/bytes.ts";
import { NODE_ID_MAX, type NodeId, nodeId } from "../base/ids.ts";
import type { Member, MemberRole, Membership } from "./membership.ts";
import type { MembershipEntry } from "./membership-entry.ts";
import { VOTERS_MAX } from "./quorum.ts";

/** Ids that were never given away are left; beyond it no node can join. */
export function hasFreeNodeId({ nextNodeId }: Membership): boolean {
  return nextNodeId <= NODE_ID_MAX;
}

/** One more member without a vote, under the next free id. */
export function withLearner(
  current: Membership,
  joining: Omit<Member, "id" | "role">,
  role: Exclude<MemberRole, "voter"> = "learner",
): Membership {
  const member: Member = { ...joining, id: nodeId(current.nextNodeId), role };
  const members = [...current.members, member];
  return { epoch: current.epoch + 1, members, nextNodeId: current.nextNodeId + 1 };
}

/** The learner gets a vote. */
export function withVote(current: Membership, learner: NodeId): Membership {
  const members = current.members.map((member): Member => {
    return member.id === learner ? { ...member, role: "voter" } : member;
  });
  return { epoch: current.epoch + 1, members, nextNodeId: current.nextNodeId };
}

export function without(current: Membership, leaving: NodeId): Membership {
  const members = current.members.filter(({ id }) => id !== leaving);
  return { epoch: current.epoch + 1, members, nextNodeId: current.nextNodeId };
}

/**
 * Whether the entry takes effect: made for this very membership, and one step away from it. A learner is
 * added, or becomes a voter, or one member goes: then every quorum of the one shares a voter with every
 * quorum of the other. Source: Ongaro 2014, "Consensus: bridging theory and practice", 4.1.
 */
export function isStep(current: Membership, { replaces, membership: next }: MembershipEntry): boolean {
  if (replaces !== current.epoch || next.epoch !== current.epoch + 1) return false;
  const voters = next.members.filter(({ role }) => role === "voter").length;
  if (voters < 1 || voters > VOTERS_MAX) return false;
  const added = next.members.filter(({ id }) => memberOf(current, id) === undefined);
  const gone = current.members.filter(({ id }) => memberOf(next, id) === undefined);
  const changed = next.members.filter((member) => {
    const before = memberOf(current, member.id);
    return before !== undefined && !isSame(before, member);
  });
  const [one, more] = [...added, ...gone, ...changed];
  if (one === undefined || more !== undefined) return false;
  if (added.length > 0) {
    // I35: an id never returns.
    const isFresh = one.id === current.nextNodeId && next.nextNodeId === current.nextNodeId + 1;
    return isFresh && one.role !== "voter" && current.members.every(({ name }) => name !== one.name);
  }
  if (next.nextNodeId !== current.nextNodeId) return false;
  if (gone.length > 0) return true;
  const before = memberOf(current, one.id);
  return before !== undefined && before.role !== "voter" && isSame({ ...before, role: "voter" }, one);
}

/** Whether nobody votes but this node. */
export function votesAlone({ members }: Membership, node: NodeId): boolean {
  return members.every(({ id, role }) => id === node || role !== "voter");
}

export function memberOf({ members }: Membership, node: NodeId): Member | undefined {
  return members.find(({ id }) => id === node);
}

function isSame(left: Member, right: Member): boolean {
  return (
    left.name === right.name &&
    left.address.host === right.address.host &&
    left.address.port === right.address.port &&
    left.role === right.role &&
    equalBytes(left.incarnation, right.incarnation)
  );
}
