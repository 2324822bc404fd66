import t from "tap";
import { ELECTION_TIMEOUT_MS_MIN } from "../../src/base/limits.ts";
import { Heartbeats } from "../../src/paxos/heartbeats.ts";
import { QuorumSystem } from "../../src/paxos/quorum.ts";
import { b, membershipOf, n } from "./fixtures.ts";

function heartbeats(count = 3): Heartbeats {
  return new Heartbeats(n(1), new QuorumSystem(membershipOf(count)), { nowMs: 0, lastRound: 0 });
}

t.test("a round is confirmed by a quorum that answered it or a later one", async (t) => {
  const beats = heartbeats(5);
  for (let round = 1; round <= 3; round++) beats.nextRound();
  beats.onAck(n(2), 2, 10);
  beats.onAck(n(3), 1, 10);
  t.equal(beats.isConfirmed(1), true);
  t.equal(beats.isConfirmed(2), false);
  beats.onAck(n(3), 3, 11);
  t.equal(beats.isConfirmed(2), true);
  beats.onAck(n(4), 99, 11);
  t.equal(beats.isConfirmed(3), false, "a round that was never sent is no answer");
});

t.test("a leader alone is a quorum of one", async (t) => {
  const beats = heartbeats(1);
  t.equal(beats.isConfirmed(beats.nextRound()), true);
  t.equal(beats.isAbandoned(10 * ELECTION_TIMEOUT_MS_MIN), false);
});

t.test("without a quorum for one time-out the leader is abandoned", async (t) => {
  const beats = heartbeats();
  t.equal(beats.isFresh(0), false, "nobody was heard yet");
  t.equal(beats.isAbandoned(ELECTION_TIMEOUT_MS_MIN), false);
  beats.onHeard(n(2), 200);
  t.equal(beats.isFresh(499), true);
  t.equal(beats.isAbandoned(499), false);
  t.equal(beats.isAbandoned(501), true);
});

t.test("after a pause nothing heard before counts, and the voters get one more time-out", async (t) => {
  const beats = heartbeats();
  beats.onHeard(n(2), 1000);
  beats.forgetHeard(1010);
  t.equal(beats.isFresh(1010), false);
  t.equal(beats.isAbandoned(1010 + ELECTION_TIMEOUT_MS_MIN), false);
  t.equal(beats.isAbandoned(1011 + ELECTION_TIMEOUT_MS_MIN), true);
});

t.test(
  "one stuck voter overtakes only when a quorum has answered since; a quorum of them deposes",
  async (t) => {
    const beats = heartbeats();
    beats.nextRound();
    beats.onAck(n(2), 1, 10);
    t.equal(beats.onReject(n(3), b(9, 3)), false);
    t.equal(beats.isOvertakenByMinority, false, "the answer was from before");
    beats.nextRound();
    beats.onAck(n(2), 2, 20);
    t.equal(beats.isOvertakenByMinority, true);
    t.equal(heartbeats(2).onReject(n(2), b(9, 2)), true);
  },
);
