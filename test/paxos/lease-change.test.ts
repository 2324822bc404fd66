import t from "tap";
import { BALLOT_ZERO } from "../../src/base/ids.ts";
import { withLearner, without, withVote } from "../../src/paxos/membership-step.ts";
import { Bench, b, batch, entryFor, joining, membershipOf, messagesOf, n, s } from "./fixtures.ts";
import { progress, promise, Reign } from "./reign.ts";

const LEASE_MS = 250;
const LEARNER = withLearner(membershipOf(3), joining(4));
const FOUR = withVote(LEARNER, n(4));

/** n1 leads the three voters and the learner, and all of them have applied that there are leases. */
function leasing(): Reign {
  const reign = new Reign(LEARNER);
  reign.settleDisk(reign.step({ kind: "lease", leaseMs: LEASE_MS }));
  return reign;
}

const isLeased = (reign: Reign): boolean => reign.view().leaseUntilMs > reign.nowMs;

/** From the entry on: n2 and n4 promise once more, and accept the leader's own entry. */
function renew(reign: Reign): void {
  for (const voter of [2, 4]) reign.settleDisk(reign.receive(voter, promise(reign.ballot, 3)));
  for (const voter of [2, 4]) reign.accept(voter, 3);
}

t.test("a learner's grant makes no lease", async (t) => {
  const reign = leasing();
  reign.beat([4], 2);
  t.equal(isLeased(reign), false);
  reign.ack(2, 2);
  t.equal(isLeased(reign), true);
});

t.test("a lease ends in the step in which its leader learns an entry", async (t) => {
  const reign = leasing();
  reign.beat([2, 3, 4], 2);
  reign.change(FOUR);
  t.equal(isLeased(reign), true, "the entry is chosen by those who granted");
  reign.settleDisk(reign.step({ kind: "read", id: 1 }));
  reign.accept(2, 2);
  t.equal(reign.view().leaseUntilMs, 0);
  t.match(reign.step({ kind: "read", id: 2 }).reads, [], "nobody leads, so that the read waits");
});

t.test("the lease behind an entry takes grants to later rounds, of a quorum of the new voters", async (t) => {
  const reign = leasing();
  for (let beats = 0; beats < 5; beats++) reign.beat([2, 3, 4], 2);
  const before = reign.round;
  reign.change(FOUR);
  reign.accept(2, 2);
  renew(reign);
  t.match(reign.view(), { serving: true, leaseUntilMs: 0 });
  t.ok(reign.round > before, "rounds of one ballot only rise");
  for (const voter of [2, 3, 4]) reign.ack(voter, 4, 3, before);
  t.equal(reign.view().leaseUntilMs, 0, "late answers to what was asked before the change");
  reign.ack(2, 4, 3);
  t.equal(reign.view().leaseUntilMs, 0, "two of three then, two of four now");
  reign.ack(4, 4, 3);
  t.equal(isLeased(reign), true);
});

t.test("who was removed grants nothing that counts, though it is still asked", async (t) => {
  const reign = leasing();
  reign.beat([2, 3], 2);
  reign.change(without(LEARNER, n(3)));
  reign.accept(2, 2);
  reign.settleDisk(reign.receive(2, promise(reign.ballot, 3)));
  reign.accept(2, 3);
  const beats = reign.run(60).flatMap((effects) => reign.settleDisk(effects).messages);
  t.ok(beats.some(({ to, message }) => message.kind === "heartbeat" && to.includes(n(3))));
  reign.ack(3, 4, 3);
  t.equal(reign.view().leaseUntilMs, 0);
  reign.ack(2, 4, 3);
  t.equal(isLeased(reign), true);
});

t.test("who has granted a lease answers its leader's repeated Prepare, promised or not", async (t) => {
  for (const promised of [BALLOT_ZERO, b(3, 2)]) {
    const bench = new Bench({ self: 4, recovered: { promised } });
    bench.step({ kind: "lease", leaseMs: LEASE_MS });
    const beat = { round: 7, chosen: s(1), digest: 0, durableEverywhere: s(1), serving: true };
    const told = bench.receive(2, {
      ...{ kind: "heartbeat", ballot: b(3, 2), ...beat },
      ...{ leaseMs: LEASE_MS, settled: 1 },
    });
    t.match(messagesOf(told, "heartbeat-ack"), [{ granted: true }]);
    const prepare = { kind: "prepare", ballot: b(3, 2), from: s(1), handOver: BALLOT_ZERO } as const;
    t.match(messagesOf(bench.receive(2, prepare), "promise"), [{ ballot: b(3, 2) }]);
    t.same(bench.receive(3, { ...prepare, ballot: b(4, 3) }).messagesAfterWrites, [], "and nobody else's");
  }
});

t.test("a leader that an entry takes the vote from has no lease when it hands over", async (t) => {
  const reign = leasing();
  reign.settleDisk(reign.step({ kind: "propose", bytes: batch("x").bytes }));
  reign.beat([2, 3], 2);
  t.equal(isLeased(reign), true);
  const chosen = reign.receive(3, {
    ...{ kind: "chosen", from: s(2), learned: s(3), firstKept: s(1) },
    values: [entryFor(without(LEARNER, n(1)))],
  });
  t.match(messagesOf(chosen, "hand-over"), [{ ballot: reign.ballot }]);
  t.match(reign.view(), { role: "follower", leaseUntilMs: 0 });
});

t.test("office goes to no learner, however much better its disk is and whoever asks for it", async (t) => {
  const reign = leasing();
  reign.step({ kind: "propose", bytes: batch("x").bytes });
  const notices = [];
  for (let beats = 0; beats < 4; beats++) {
    for (const effects of reign.run(50)) {
      for (const { message } of effects.messages)
        if (message.kind === "heartbeat") reign.round = message.round;
    }
    for (const voter of [2, 4]) {
      const writeAgeMs = voter === 2 ? 500 : 1;
      const ack = { kind: "heartbeat-ack", ballot: reign.ballot, round: reign.round } as const;
      const answer = { ...ack, digest: 0, granted: false, progress: { ...progress(2), writeAgeMs } };
      notices.push(...reign.receive(voter, answer).notices.filter(({ kind }) => kind === "slow-disk"));
    }
  }
  t.same(notices, []);
  t.equal(reign.view().serving, true);

  const quick = leasing();
  quick.beat([2, 4], 2);
  quick.step({ kind: "hand-over", to: n(4) });
  t.equal(quick.replica.canPropose(0), true, "nothing is under way");
  quick.step({ kind: "hand-over", to: n(2) });
  t.equal(quick.replica.canPropose(0), false);
});
