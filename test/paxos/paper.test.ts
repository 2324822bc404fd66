import t from "tap";
import { BALLOT_ZERO, type Ballot } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import type { SlotReport } from "../../src/paxos/messages.ts";
import { Bench, b, batch, entryOf, GRANTED, messagesOf, s, textOf } from "./fixtures.ts";

/** One test per rule of the papers; the title names the section. */

const PROGRESS = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };

function promise(bench: Bench, ballot: Ballot, reports: readonly SlotReport[] = [], from = 2): Effects {
  const end = s(Math.max(0, ...reports.map(({ slot }) => slot)) + 1);
  return bench.receive(from, {
    kind: "promise",
    ballot,
    from: s(1),
    next: end,
    end,
    learned: s(1),
    firstKept: s(1),
    reports,
  });
}

function acceptsOf(effects: Effects): string[] {
  return messagesOf(effects, "accept").map(({ slot, value }) => `${slot} ${textOf(value)}`);
}

t.test(
  "Paxos Made Simple 2.2, P1a: an acceptor accepts unless it has promised a higher ballot",
  async (t) => {
    const bench = new Bench();
    const accept = { kind: "accept", slot: s(1), chosen: s(1), value: batch("x") } as const;
    bench.receive(3, { kind: "prepare", ballot: b(2, 3), from: s(1), handOver: BALLOT_ZERO });
    t.equal(messagesOf(bench.receive(2, { ...accept, ballot: b(1, 2) }), "reject").length, 1);
    t.equal(messagesOf(bench.receive(3, { ...accept, ballot: b(2, 3) }), "accepted").length, 1);
  },
);

t.test("Paxos Made Simple 2.2, phase 1(b): a promise reports the highest ballot accepted", async (t) => {
  const bench = new Bench();
  for (const [round, node] of [
    [1, 2],
    [2, 3],
  ] as const) {
    const ballot = b(round, node);
    bench.receive(node, { kind: "accept", ballot, slot: s(1), chosen: s(1), value: batch(`v${round}`) });
  }
  const prepare = { kind: "prepare", ballot: b(3, 2), from: s(1), handOver: BALLOT_ZERO } as const;
  const [page] = messagesOf(bench.receive(2, prepare), "promise");
  t.match(page?.reports, [{ kind: "accepted", ballot: b(2, 3), value: batch("v2") }]);
});

t.test(
  "Paxos Made Simple 2.2, P2c: a proposal carries the value of the highest ballot in a quorum",
  async (t) => {
    const bench = new Bench({
      count: 5,
      recovered: {
        promised: b(3, 3),
        acceptedMax: b(2, 3),
        end: s(2),
        accepted: [entryOf(1, b(2, 3), batch("own"))],
      },
    });
    const ballot = bench.lead([2, 3]);
    promise(bench, ballot, [{ kind: "accepted", slot: s(1), ballot: b(1, 2), value: batch("low") }], 2);
    const report = { kind: "accepted", slot: s(1), ballot: b(3, 3), value: batch("high") } as const;
    t.same(acceptsOf(promise(bench, ballot, [report], 3)), ["1 high", "2 noop"]);
  },
);

t.test("Paxos Made Simple 2.2: without a quorum of promises nothing is proposed", async (t) => {
  const bench = new Bench({ count: 5 });
  const ballot = bench.lead([2, 3]);
  t.same(acceptsOf(promise(bench, ballot, [], 2)), []);
  t.same(acceptsOf(promise(bench, ballot, [], 2)), [], "the same acceptor twice is one");
  t.same(acceptsOf(promise(bench, ballot, [], 3)), ["1 noop"]);
});

t.test(
  "Paxos Made Simple 2.5: a proposer remembers its highest ballot on disk before it uses it",
  async (t) => {
    const bench = new Bench();
    bench.run(700, ({ messages }) => messages.length > 0);
    const effects = bench.receive(2, GRANTED);
    t.same(effects.writes, [{ kind: "promised", ballot: b(1, 1) }]);
    t.equal(effects.messages.length, 0);
    t.equal(messagesOf(effects, "prepare").length, 2);
    const again = new Bench({ recovered: { promised: b(1, 1) } });
    t.ok(again.lead() > b(1, 1), "a restarted proposer takes a higher one");
  },
);

t.test("Paxos Made Simple 3: one phase 1 covers all slots; gaps are filled with no-ops", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  const report = (slot: number, text: string): SlotReport => {
    return { kind: "accepted", slot: s(slot), ballot: b(1, 2), value: batch(text) };
  };
  const led = promise(bench, ballot, [report(2, "b"), report(4, "d")]);
  t.same(acceptsOf(led), ["1 noop", "2 b", "3 noop", "4 d", "5 noop"]);
});

t.test("Paxos Made Moderately Complex 2.3: an acceptor answers with the ballot that preempts", async (t) => {
  const bench = new Bench({ recovered: { promised: b(9, 3) } });
  const prepare = { kind: "prepare", ballot: b(4, 2), from: s(1), handOver: BALLOT_ZERO } as const;
  t.equal(messagesOf(bench.receive(2, prepare), "reject")[0]?.promised, b(9, 3));
});

t.test("Paxos Made Moderately Complex 3: a preempted leader waits before it tries again", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  for (const from of [2, 3]) {
    bench.receive(from, { kind: "reject", ballot, promised: b(5, 3), of: "prepare" });
  }
  t.equal(bench.replica.view(bench.nowMs).role, "follower");
  t.equal(bench.run(290).flatMap((effects) => messagesOf(effects, "pre-vote")).length, 0);
  t.ok(messagesOf(bench.run(2500, ({ messages }) => messages.length > 0).at(-1) as Effects, "pre-vote")[0]);
});

t.test("Paxos Made Live 5.2: a master is deposed by any higher ballot, in that very step", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  bench.durable(promise(bench, ballot).writeSequence);
  bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: PROGRESS });
  t.equal(bench.replica.canPropose(1), true);
  bench.receive(3, { kind: "prepare", ballot: b(50, 3), from: s(1), handOver: BALLOT_ZERO });
  t.equal(bench.replica.canPropose(1), false);
  t.match(bench.replica.view(bench.nowMs), { role: "follower", serving: false, promised: b(50, 3) });
});

t.test("Raft dissertation 6.2: a leader that no quorum answers steps down", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  bench.durable(promise(bench, ballot).writeSequence);
  bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: PROGRESS });
  const notices = bench.run(400).flatMap((effects) => effects.notices);
  t.match(notices, [{ kind: "stepped-down", ballot }]);
});

t.test(
  "Raft dissertation 6.4: a read is answered after a heartbeat round that was sent after it",
  async (t) => {
    const bench = new Bench();
    const ballot = bench.lead();
    bench.durable(promise(bench, ballot).writeSequence);
    bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: PROGRESS });
    const asked = bench.step({ kind: "read", id: 5 });
    const round = messagesOf(asked, "heartbeat")[0]?.round ?? 0;
    const ack = { kind: "heartbeat-ack", ballot, digest: 0, granted: false, progress: PROGRESS } as const;
    t.same(bench.receive(2, { ...ack, round: round - 1 }).reads, []);
    t.same(bench.receive(2, { ...ack, round }).reads, [{ id: 5, index: 2 }]);
  },
);

t.test("Raft dissertation 6.4: a heartbeat is not acknowledged above a promise", async (t) => {
  const bench = new Bench({ recovered: { promised: b(9, 3) } });
  const beat = {
    round: 1,
    chosen: s(1),
    digest: 0,
    durableEverywhere: s(1),
    serving: true,
    leaseMs: 0,
    settled: 1,
  };
  const effects = bench.receive(2, { kind: "heartbeat", ballot: b(8, 2), ...beat });
  t.equal(messagesOf(effects, "heartbeat-ack").length, 0);
  t.match(messagesOf(effects, "reject"), [{ of: "heartbeat", promised: b(9, 3) }]);
});

t.test("Raft dissertation 9.6: only a quorum of pre-votes leads to a ballot", async (t) => {
  const bench = new Bench({ count: 5 });
  bench.run(700, ({ messages }) => messages.length > 0);
  t.equal(bench.receive(2, GRANTED).writes.length, 0);
  t.equal(bench.receive(2, GRANTED).writes.length, 0);
  t.equal(bench.receive(4, { ...GRANTED, granted: false }).writes.length, 0);
  t.equal(bench.receive(3, GRANTED).writes.length, 1);
});

t.test("Raft dissertation 3.10: a leader that handed over proposes no more at its ballot", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  bench.durable(promise(bench, ballot).writeSequence);
  bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: { ...PROGRESS, learned: s(1) } });
  bench.step({ kind: "hand-over", to: 2 as never });
  t.equal(bench.replica.canPropose(1), false);
  const progress = { ...PROGRESS, learned: s(2) };
  const digest = bench.replica.view(bench.nowMs).digest;
  const sent = bench.receive(2, {
    kind: "heartbeat-ack",
    ballot,
    round: 1,
    digest,
    granted: false,
    progress,
  });
  t.match(messagesOf(sent, "hand-over"), [{ ballot, chosen: s(2) }]);
  t.equal(bench.replica.canPropose(1), false);
});

t.test("Protocol-aware recovery 3: a damaged report is not an empty one", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  t.same(acceptsOf(promise(bench, ballot, [{ kind: "damaged", slot: s(1) }])), []);
  const report = { kind: "accepted", slot: s(1), ballot: BALLOT_ZERO, value: batch("kept") } as const;
  t.same(acceptsOf(promise(bench, ballot, [{ ...report, ballot: b(1, 3) }], 3))[0], "1 kept");
});
