import t from "tap";
import { ELECTION_TIMEOUT_MS_MIN, HEARTBEAT_MS } from "../../src/base/limits.ts";
import { Followers } from "../../src/paxos/followers.ts";
import type { Progress } from "../../src/paxos/messages.ts";
import { QuorumSystem } from "../../src/paxos/quorum.ts";
import { membershipOf, n, s } from "./fixtures.ts";

const THREE = new QuorumSystem(membershipOf(3));
const at = (learned: number, epoch = 1): Progress => {
  return { learned: s(learned), stateDurable: s(learned), writeAgeMs: 0, epoch };
};

t.test("what a member said last may arrive first: its marks only rise", async (t) => {
  const followers = new Followers(n(1));
  followers.note(n(2), at(9, 2), 0);
  followers.note(n(2), at(4, 1), 1);
  t.equal(followers.learned(n(2)), 9);
  t.equal(followers.learned(n(3)), 0);
  t.equal(followers.reported(THREE, 2, 1), THREE.bitOf(n(2)));
});

t.test("only voters are counted, whoever else answers (I13)", async (t) => {
  const followers = new Followers(n(1));
  followers.note(n(4), at(9, 2), 0);
  t.equal(THREE.isQuorum(followers.answered(THREE, 1)), false);
  t.equal(THREE.isQuorum(followers.reported(THREE, 2, 2)), false);
  followers.note(n(3), at(9, 2), 0);
  t.equal(THREE.isQuorum(followers.answered(THREE, 1)), true);
  t.equal(THREE.isQuorum(followers.reported(THREE, 2, 2)), true);
  t.equal(THREE.isQuorum(followers.reported(THREE, 2, 1)), false, "the own disk does not have it yet");
});

t.test("an answer is none any more after one time-out, or after a pause", async (t) => {
  const followers = new Followers(n(1));
  followers.note(n(2), at(1), 0);
  t.equal(THREE.isQuorum(followers.answered(THREE, ELECTION_TIMEOUT_MS_MIN)), false);
  followers.note(n(2), at(1), 500);
  followers.forgetHeard();
  t.equal(THREE.isQuorum(followers.answered(THREE, 501)), false);
});

t.test("the best successor is the most advanced voter heard of lately", async (t) => {
  const followers = new Followers(n(1));
  t.equal(followers.best(THREE.voters, 0), undefined);
  followers.note(n(2), at(3), 0);
  followers.note(n(3), at(5), 0);
  followers.note(n(4), at(9), 0);
  t.equal(followers.best(THREE.voters, 1), n(3));
  followers.note(n(2), at(3), 4 * HEARTBEAT_MS);
  t.equal(followers.best(THREE.voters, 4 * HEARTBEAT_MS), n(2));
});

t.test("what some member has not on disk, or has not spoken of, is needed", async (t) => {
  const followers = new Followers(n(1));
  followers.note(n(2), at(7), 0);
  t.equal(followers.stateDurableEverywhere([n(2)], s(9)), 7);
  t.equal(followers.stateDurableEverywhere([n(2), n(3)], s(9)), 1);
});
