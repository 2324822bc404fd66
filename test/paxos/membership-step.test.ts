import t from "tap";
import type { Member, Membership } from "../../src/paxos/membership.ts";
import {
  hasFreeNodeId,
  isStep,
  votesAlone,
  withLearner,
  without,
  withVote,
} from "../../src/paxos/membership-step.ts";
import { joining, membershipOf, n } from "./fixtures.ts";

const THREE = membershipOf(3);
const GROWN = withLearner(THREE, joining(4));

function isStepFrom(current: Membership, membership: Membership, replaces = current.epoch): boolean {
  return isStep(current, { replaces, membership });
}

function renamed(membership: Membership, id: number, part: Partial<Member>): Membership {
  const members = membership.members.map((member) => (member.id === id ? { ...member, ...part } : member));
  return { ...membership, epoch: membership.epoch + 1, members };
}

t.test("one learner more, one vote more, one member less: each is a step", async (t) => {
  t.equal(isStepFrom(THREE, GROWN), true);
  t.equal(isStepFrom(GROWN, withVote(GROWN, n(4))), true);
  t.equal(isStepFrom(GROWN, without(GROWN, n(4))), true);
  t.equal(isStepFrom(THREE, without(THREE, n(1))), true);
});

t.test("who joins is a learner that is to vote, and becomes a voter as any other", async (t) => {
  const grown = withLearner(THREE, joining(4), "joining");
  t.equal(grown.members.at(-1)?.role, "joining");
  t.equal(isStepFrom(THREE, grown), true);
  t.equal(isStepFrom(grown, withVote(grown, n(4))), true);
  t.equal(isStepFrom(grown, renamed(grown, 4, { role: "learner" })), false);
});

t.test("two changes in one entry are no step, a swap of voters least of all", async (t) => {
  const smaller = without(THREE, n(3));
  const swapped = { ...withVote(withLearner(smaller, joining(4)), n(4)), epoch: 2 };
  t.equal(isStepFrom(THREE, swapped), false);
  t.equal(isStepFrom(THREE, { ...without(smaller, n(2)), epoch: 2 }), false);
  t.equal(isStepFrom(THREE, { ...withLearner(GROWN, joining(5)), epoch: 2 }), false);
  t.equal(isStepFrom(THREE, { ...withVote(GROWN, n(4)), epoch: 2 }), false, "a voter that was no learner");
  t.equal(isStepFrom(THREE, { ...THREE, epoch: 2 }), false, "no change at all");
});

t.test("an entry made for another membership is no step", async (t) => {
  t.equal(isStepFrom(THREE, GROWN, 2), false);
  t.equal(isStepFrom(THREE, { ...GROWN, epoch: 3 }), false);
});

t.test("an id never returns, and only a fresh one is given away", async (t) => {
  const gone = without(withLearner(THREE, joining(4)), n(4));
  t.equal(withLearner(gone, joining(4)).members.at(-1)?.id, 5);
  const again = { ...GROWN, epoch: gone.epoch + 1 };
  t.equal(isStepFrom(gone, again), false);
  t.equal(isStepFrom(gone, { ...again, nextNodeId: gone.nextNodeId + 1 }), false);
  t.equal(isStepFrom(THREE, { ...without(THREE, n(2)), nextNodeId: 2 }), false);
  t.equal(hasFreeNodeId({ ...THREE, nextNodeId: 1023 }), true);
  t.equal(hasFreeNodeId({ ...THREE, nextNodeId: 1024 }), false);
});

t.test("nothing about a member changes on the way, and its name is its own", async (t) => {
  t.equal(isStepFrom(THREE, renamed(THREE, 2, { name: "other" })), false);
  t.equal(isStepFrom(THREE, renamed(THREE, 2, { address: { host: "127.0.0.1", port: 1 } })), false);
  t.equal(isStepFrom(THREE, renamed(THREE, 2, { incarnation: new Uint8Array(16).fill(1) })), false);
  t.equal(isStepFrom(THREE, renamed(THREE, 2, { role: "learner" })), false);
  t.equal(isStepFrom(GROWN, renamed(GROWN, 4, { role: "voter", name: "other" })), false);
  t.equal(isStepFrom(THREE, withLearner(THREE, joining(3))), false, "a name twice");
});

t.test("who votes alone is told from who merely has a vote", async (t) => {
  t.equal(votesAlone(withLearner(membershipOf(1), joining(2)), n(1)), true);
  t.equal(votesAlone(withLearner(membershipOf(1), joining(2)), n(2)), false);
  t.equal(votesAlone(THREE, n(1)), false);
});

t.test("somebody votes", async (t) => {
  const one = membershipOf(1);
  t.equal(isStepFrom(one, without(one, n(1))), false);
  const watched = membershipOf(2, (id) => (id === 2 ? "learner" : "voter"));
  t.equal(isStepFrom(watched, without(watched, n(1))), false);
});
