import t from "tap";
import { BALLOT_ZERO } from "../../src/base/ids.ts";
import { LEASE_MS_MAX } from "../../src/base/limits.ts";
import { LeaderLease, LeaseGrants, reliedOnMs } from "../../src/paxos/lease.ts";
import { QuorumSystem } from "../../src/paxos/quorum.ts";
import { Bench, b, membershipOf, messagesOf, n, s } from "./fixtures.ts";

const LEASE_MS = 250;

t.test("a leader relies on less than was granted, by both clocks' errors and a margin", async (t) => {
  t.ok(Math.abs(reliedOnMs(250) - (250 * 0.995) / 1.005 + 10) < 1e-9);
  // The holder's clock as slow, the granter's as fast as it may be.
  t.ok(reliedOnMs(250) / 0.995 < 250 / 1.005);
});

t.test("a lease runs from the sending of the latest round that a quorum has granted", async (t) => {
  const lease = new LeaderLease(n(1), new QuorumSystem(membershipOf(5)));
  lease.onRound(1, LEASE_MS, 1000);
  lease.onRound(2, LEASE_MS, 1050);
  lease.onRound(3, LEASE_MS, 1100);
  lease.onGranted(n(2), 3);
  t.ok(lease.untilMs < 0, "two of five are no quorum");
  lease.onGranted(n(3), 1);
  t.equal(lease.untilMs, 1000 + reliedOnMs(LEASE_MS));
  lease.onGranted(n(4), 2);
  t.equal(lease.untilMs, 1050 + reliedOnMs(LEASE_MS));
  lease.onGranted(n(4), 1);
  t.equal(lease.untilMs, 1050 + reliedOnMs(LEASE_MS), "a late answer takes nothing away");
});

t.test("with another setting the lease begins anew, and with none it ends", async (t) => {
  const lease = new LeaderLease(n(1), new QuorumSystem(membershipOf(3)));
  lease.onRound(1, LEASE_MS, 1000);
  lease.onGranted(n(2), 1);
  lease.onRound(2, 200, 1050);
  t.ok(lease.untilMs < 0);
  lease.onGranted(n(2), 2);
  t.equal(lease.untilMs, 1050 + reliedOnMs(200));
  lease.onRound(3, 0, 1100);
  t.ok(lease.untilMs < 0);
});

t.test("a grant binds against others until it is over, and not against its leader", async (t) => {
  const grants = new LeaseGrants(false, 0);
  t.equal(grants.grant(n(2), b(3, 2), LEASE_MS, 1000), false, "leases are off here");
  grants.settingMs = 200;
  t.equal(grants.grant(n(2), b(3, 2), LEASE_MS, 1000), false, "another setting");
  grants.settingMs = LEASE_MS;
  t.equal(grants.grant(n(2), b(3, 2), 0, 1000), false, "none asked for");
  t.equal(grants.grant(n(2), b(3, 2), LEASE_MS, 1000), true);
  t.equal(grants.allows(n(3), BALLOT_ZERO, 1249), false);
  t.equal(grants.allows(n(2), BALLOT_ZERO, 1249), true);
  t.equal(grants.allows(n(3), BALLOT_ZERO, 1250), true);
});

t.test("a hand-over waives what was granted to its own ballot, and nothing else", async (t) => {
  const grants = new LeaseGrants(false, 0);
  grants.settingMs = LEASE_MS;
  grants.grant(n(2), b(3, 2), LEASE_MS, 1000);
  t.equal(grants.allows(n(3), b(3, 2), 1100), true);
  t.equal(grants.allows(n(3), b(2, 2), 1100), false);
  grants.grant(n(1), b(4, 1), LEASE_MS, 1100);
  t.equal(grants.allows(n(3), b(3, 2), 1200), false);
});

t.test("a process that may not be the first on its disk begins as if all had been granted", async (t) => {
  const grants = new LeaseGrants(true, 1000);
  t.equal(grants.allows(n(2), BALLOT_ZERO, 1000 + LEASE_MS_MAX - 1), false);
  t.equal(grants.allows(n(2), b(3, 3), 1000 + LEASE_MS_MAX - 1), false, "no hand-over waives that");
  t.equal(grants.allows(n(2), BALLOT_ZERO, 1000 + LEASE_MS_MAX), true);
});

const BEAT = {
  ...{ round: 1, chosen: s(1), digest: 0, durableEverywhere: s(1) },
  ...{ serving: true, leaseMs: LEASE_MS, settled: 1 },
};

/** n1, which follows n2 at 3.2 and has granted it a lease. */
function granting(): Bench {
  const bench = new Bench();
  bench.step({ kind: "lease", leaseMs: LEASE_MS });
  const acks = messagesOf(bench.receive(2, { kind: "heartbeat", ballot: b(3, 2), ...BEAT }), "heartbeat-ack");
  t.equal(acks[0]?.granted, true);
  return bench;
}

const prepare = (handOver = BALLOT_ZERO) =>
  ({ kind: "prepare", ballot: b(5, 3), from: s(1), handOver }) as const;

t.test("no Prepare of another is answered while a lease is granted, not even by a no", async (t) => {
  const bench = granting();
  bench.run(LEASE_MS - 10);
  const early = bench.receive(3, prepare());
  t.same([early.writes, early.messages, early.messagesAfterWrites], [[], [], []]);
  bench.run(10);
  t.same(bench.receive(3, prepare()).writes, [{ kind: "promised", ballot: b(5, 3) }]);
});

t.test("a Prepare by hand-over is answered at once, by those who follow exactly that ballot", async (t) => {
  t.same(granting().receive(3, prepare(b(2, 2))).writes, []);
  t.same(granting().receive(3, prepare(b(3, 2))).writes, [{ kind: "promised", ballot: b(5, 3) }]);
});

t.test(
  "an operator's wish waits for the lease to end, and a heartbeat below a promise gets none",
  async (t) => {
    const bench = granting();
    t.same(bench.step({ kind: "stand" }).writes, []);
    const [stood] = bench.run(2 * LEASE_MS, ({ writes }) => writes.length > 0).slice(-1);
    t.same(stood?.writes, [{ kind: "promised", ballot: b(4, 1) }]);
    const late = bench.receive(2, { kind: "heartbeat", ballot: b(3, 2), ...BEAT });
    t.same(messagesOf(late, "heartbeat-ack"), [], "the promise binds though it is still being written");
  },
);

/** n1 leads with the lease that n2 has granted to its latest round. */
function leased(): Bench {
  const bench = new Bench();
  bench.step({ kind: "lease", leaseMs: LEASE_MS });
  const ballot = bench.lead();
  const range = { from: s(1), next: s(1), end: s(1), learned: s(1), firstKept: s(1) };
  bench.receive(2, { kind: "promise", ballot, ...range, reports: [] });
  const progress = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };
  bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress });
  bench.durable(99);
  const round =
    bench
      .run(60)
      .flatMap((effects) => messagesOf(effects, "heartbeat"))
      .at(-1)?.round ?? 0;
  bench.receive(2, { kind: "heartbeat-ack", ballot, round, digest: 0, granted: true, progress });
  return bench;
}

t.test("under a lease a read is answered in the step that brought it, and not once it is over", async (t) => {
  const bench = leased();
  t.ok(bench.replica.view(bench.nowMs).leaseUntilMs > bench.nowMs);
  t.match(bench.step({ kind: "read", id: 1 }).reads, [{ id: 1, index: 2 }]);
  bench.run(240);
  t.same(bench.step({ kind: "read", id: 2 }).reads, [], "a round is asked instead");
});

t.test("who promises another ballot has no lease from that step on", async (t) => {
  const bench = leased();
  bench.receive(3, { ...prepare(), ballot: b(9, 3) });
  t.equal(bench.replica.view(bench.nowMs).leaseUntilMs, 0);
});

t.test("a ballot that was handed over has no lease, and never takes one again", async (t) => {
  const bench = leased();
  const { ballot } = bench.replica.view(bench.nowMs);
  const progress = { learned: s(2), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };
  const ack = (round: number) =>
    bench.receive(2, { kind: "heartbeat-ack", ballot, round, digest: 0, granted: true, progress });
  bench.step({ kind: "hand-over", to: n(2) });
  const told = ack(2);
  t.match(messagesOf(told, "hand-over"), [{ ballot }]);
  t.equal(bench.replica.view(bench.nowMs).leaseUntilMs, 0);
  ack(3);
  t.equal(bench.replica.view(bench.nowMs).leaseUntilMs, 0);
});
