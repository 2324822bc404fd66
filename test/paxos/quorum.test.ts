import t from "tap";
import { QuorumSystem, type VoterSet } from "../../src/paxos/quorum.ts";
import { membershipOf, n } from "./fixtures.ts";

t.test("every two quorums of 1 to 7 voters share a voter", async (t) => {
  for (let count = 1; count <= 7; count++) {
    const system = new QuorumSystem(membershipOf(count));
    const quorums = Array.from({ length: 2 ** count }, (_, set) => set).filter((set) => system.isQuorum(set));
    for (const one of quorums) for (const other of quorums) t.not(one & other, 0);
    t.ok(quorums.includes(2 ** count - 1));
  }
});

t.test("a learner has no vote", async (t) => {
  const system = new QuorumSystem(membershipOf(4, (id) => (id === 4 ? "learner" : "voter")));
  t.equal(system.bitOf(n(4)), 0);
  t.equal(system.isVoter(n(4)), false);
  t.throws(() => system.indexOf(n(4)), /I13/);
  t.equal(system.threshold, 2);
});

t.test("a set blocks exactly when what is left is no quorum", async (t) => {
  const system = new QuorumSystem(membershipOf(5));
  for (let set: VoterSet = 0; set < 32; set++) t.equal(system.isBlocking(set), !system.isQuorum(31 & ~set));
});

t.test("a group without voters is refused", async (t) => {
  t.throws(() => new QuorumSystem(membershipOf(1, () => "learner")), /1 to 30 voters/);
});
