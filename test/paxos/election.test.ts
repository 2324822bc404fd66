import t from "tap";
import { BALLOT_ZERO, NOBODY } from "../../src/base/ids.ts";
import {
  CANDIDATE_LAG_SLOTS_MAX,
  ELECTION_TIMEOUT_MS_MAX,
  ELECTION_TIMEOUT_MS_MIN,
} from "../../src/base/limits.ts";
import { Election } from "../../src/paxos/election.ts";
import type { HeartbeatMessage, PreVoteMessage } from "../../src/paxos/messages.ts";
import { QuorumSystem } from "../../src/paxos/quorum.ts";
import { Bench, b, membershipOf, messagesOf, n, SeededRandom, s } from "./fixtures.ts";

function election(count = 3, seed = 1): Election {
  return new Election({ quorum: new QuorumSystem(membershipOf(count)) }, new SeededRandom(seed), 0);
}

const HEARTBEAT: HeartbeatMessage = {
  kind: "heartbeat",
  ballot: b(1, 2),
  round: 1,
  chosen: s(1),
  digest: 0,
  durableEverywhere: s(1),
  serving: true,
  leaseMs: 0,
  settled: 1,
};

function preVote(learned = 1): PreVoteMessage {
  return { kind: "pre-vote", ballot: b(5, 3), learned: s(learned) };
}

t.test("time-outs lie in the given range and differ", async (t) => {
  const due = Array.from({ length: 50 }, (_, seed) => {
    const one = election(3, seed);
    let nowMs = 0;
    while (!one.isDue(nowMs)) nowMs++;
    return nowMs;
  });
  t.ok(Math.min(...due) >= ELECTION_TIMEOUT_MS_MIN);
  t.ok(Math.max(...due) <= ELECTION_TIMEOUT_MS_MAX);
  t.ok(new Set(due).size > 30);
});

t.test("failed ballots back off, a leader heard ends that", async (t) => {
  const one = election();
  for (let count = 0; count < 5; count++) one.onBallotFailed(0);
  t.equal(one.isDue(4 * ELECTION_TIMEOUT_MS_MIN - 1), false);
  t.equal(one.isDue(4 * ELECTION_TIMEOUT_MS_MAX), true);
  one.onLeaderHeard(b(1, 2), 0);
  t.equal(one.isDue(ELECTION_TIMEOUT_MS_MAX), true);
});

t.test("who is a quorum alone waits for nobody", async (t) => {
  const bench = new Bench({ count: 1 });
  const effects = bench.run(20);
  t.ok(effects.some(({ notices }) => notices.some(({ kind }) => kind === "became-candidate")));
});

t.test("a leader is named for the shortest time-out, and not after a promise to another", async (t) => {
  const one = election();
  one.onLeaderHeard(b(1, 2), 100);
  t.equal(one.leader(100 + ELECTION_TIMEOUT_MS_MIN - 1), n(2));
  t.equal(one.leader(100 + ELECTION_TIMEOUT_MS_MIN), NOBODY);
  one.onLeaderHeard(b(1, 2), 500);
  one.onPromised(501);
  t.equal(one.leader(502), NOBODY);
});

t.test("a pre-vote changes nothing on disk, and asks before any ballot is used", async (t) => {
  const bench = new Bench();
  const asked = bench.run(700).find(({ messages }) => messages.length > 0);
  t.equal(messagesOf(asked ?? bench.step({ kind: "tick" }), "pre-vote").length, 1);
  t.equal(asked?.writes.length, 0);
  t.equal(bench.replica.view(bench.nowMs).promised, BALLOT_ZERO);
  const other = new Bench();
  other.nowMs += 400;
  t.equal(other.receive(3, preVote()).writes.length, 0);
});

t.test("a pre-vote is refused while a leader was heard lately, or this node has just started", async (t) => {
  const bench = new Bench();
  const granted = () => messagesOf(bench.receive(3, preVote()), "pre-vote-reply")[0]?.granted;
  bench.nowMs += ELECTION_TIMEOUT_MS_MIN - 1;
  t.equal(granted(), false);
  bench.nowMs += 1;
  t.equal(granted(), true);
  bench.receive(2, HEARTBEAT);
  t.equal(granted(), false);
  bench.nowMs += ELECTION_TIMEOUT_MS_MIN;
  t.equal(granted(), true);
});

t.test("a pre-vote is refused to who is too far behind, or behind the truncation", async (t) => {
  const learned = CANDIDATE_LAG_SLOTS_MAX + 10;
  const bench = new Bench({ recovered: { learned: s(learned), end: s(learned) } });
  bench.nowMs += ELECTION_TIMEOUT_MS_MIN;
  t.equal(messagesOf(bench.receive(3, preVote(9)), "pre-vote-reply")[0]?.granted, false);
  t.equal(messagesOf(bench.receive(3, preVote(10)), "pre-vote-reply")[0]?.granted, true);
  const truncated = new Bench({ recovered: { firstKept: s(50), learned: s(60), end: s(60) } });
  truncated.nowMs += ELECTION_TIMEOUT_MS_MIN;
  t.equal(messagesOf(truncated.receive(3, preVote(49)), "pre-vote-reply")[0]?.granted, false);
});

t.test("after a pause the time-out starts anew", async (t) => {
  const bench = new Bench();
  bench.run(200);
  bench.nowMs += 5000;
  t.equal(bench.step({ kind: "tick" }).messages.length, 0);
  t.equal(
    messagesOf(bench.run(700).find(({ messages }) => messages.length > 0) as never, "pre-vote").length,
    1,
  );
});
