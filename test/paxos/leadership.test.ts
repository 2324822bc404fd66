import t from "tap";
import type { Ballot, Slot } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { Bench, messagesOf, s } from "./fixtures.ts";

function leading(): { bench: Bench; ballot: Ballot } {
  const bench = new Bench();
  const ballot = bench.lead();
  const range = { from: s(1), next: s(1), end: s(1), learned: s(1), firstKept: s(1) };
  bench.durable(bench.receive(2, { kind: "promise", ballot, ...range, reports: [] }).writeSequence);
  return { bench, ballot };
}

function beats(effects: readonly Effects[]): number {
  return effects.flatMap((each) => messagesOf(each, "heartbeat")).length;
}

t.test("heartbeats go out every 50 ms", async (t) => {
  const { bench, ballot } = leading();
  bench.run(40);
  const progress = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };
  bench.receive(2, { kind: "heartbeat-ack", ballot, round: 1, digest: 0, granted: false, progress });
  t.equal(beats(bench.run(200)), 4);
});

t.test(
  "nothing is needed by nobody until every member, learners too, has said so at this ballot",
  async (t) => {
    const { bench, ballot } = leading();
    bench.step({ kind: "state-durable", watermark: s(900) });
    const everywhere = () => {
      const sent = bench.run(60).flatMap((effects) => messagesOf(effects, "heartbeat"));
      return sent.at(-1)?.durableEverywhere;
    };
    const ack = (from: number, stateDurable: number) => {
      const progress = { learned: s(1), stateDurable: s(stateDurable), writeAgeMs: 0, epoch: 1 };
      bench.receive(from, { kind: "heartbeat-ack", ballot, round: 1, digest: 0, granted: false, progress });
    };
    ack(2, 700);
    t.equal(everywhere(), s(1));
    ack(3, 800);
    t.equal(everywhere(), s(700));
  },
);

t.test("a member with another digest is an alarm", async (t) => {
  const { bench, ballot } = leading();
  const progress = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };
  const { notices } = bench.receive(2, {
    kind: "heartbeat-ack",
    ballot,
    round: 1,
    digest: 99,
    granted: false,
    progress,
  });
  t.match(notices, [{ kind: "alarm" }]);
});

/** A leader at 1.1 with a write that is 80 ms old, as its ticks find it. */
function withSlowDisk(): { bench: Bench; ballot: Ballot } {
  const { bench, ballot } = leading();
  const own = bench.durable(99);
  bench.receive(2, accepted(ballot, own.proposed ?? s(1), 0));
  bench.run(20);
  bench.receive(2, {
    kind: "heartbeat-ack",
    ballot,
    round: 1,
    digest: 0,
    granted: false,
    progress: progressOf(2, 0),
  });
  bench.step({ kind: "propose", bytes: new Uint8Array(8) });
  bench.run(80);
  return { bench, ballot };
}

const progressOf = (learned: number, writeAgeMs: number) => ({
  learned: s(learned),
  stateDurable: s(1),
  writeAgeMs,
  epoch: 1,
});

const accepted = (ballot: Ballot, at: Slot, writeAgeMs: number) =>
  ({ kind: "accepted", ballot, slots: [at], progress: progressOf(2, writeAgeMs) }) as const;

t.test("a leader whose write lags hands over to a voter whose disk keeps up, and to no other", async (t) => {
  const { bench, ballot } = withSlowDisk();
  const slow = bench.receive(3, accepted(ballot, s(2), 45));
  t.same(slow.notices, [], "whose own takes more than half as long");
  const quick = bench.receive(2, accepted(ballot, s(2), 5));
  t.match(quick.notices, [{ kind: "slow-disk", ballot, target: 2, writeAgeMs: 80 }]);
  t.equal(bench.replica.canPropose(0), false);
  const told = bench.receive(2, accepted(ballot, s(2), 5));
  t.same(told.notices, [], "once");
});

t.test("a write that waits because the process did says nothing of the disk", async (t) => {
  const { bench, ballot } = leading();
  bench.receive(2, accepted(ballot, s(1), 0));
  bench.durable(99);
  bench.step({ kind: "propose", bytes: new Uint8Array(8) });
  bench.nowMs += 140;
  t.same(bench.receive(2, accepted(ballot, s(2), 0)).notices, []);
});
