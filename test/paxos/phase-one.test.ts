import t from "tap";
import { Log } from "../../src/paxos/log.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import type { PromiseMessage, SlotReport } from "../../src/paxos/messages.ts";
import { PhaseOne } from "../../src/paxos/phase-one.ts";
import { QuorumSystem } from "../../src/paxos/quorum.ts";
import { b, batch, entryOf, FRESH_LOG, membershipOf, n, s, textOf } from "./fixtures.ts";

const BALLOT = b(9, 1);

function logOf(accepted: readonly LogEntry[] = [], damaged: readonly number[] = []): Log {
  const last = Math.max(0, ...accepted.map(({ slot }) => slot), ...damaged);
  return new Log(
    { read: () => undefined },
    { ...FRESH_LOG, end: s(last + 1), accepted, damaged: damaged.map(s) },
  );
}

function phaseOne(count = 3): PhaseOne {
  const quorum = new QuorumSystem(membershipOf(count));
  const phase = new PhaseOne({ ballot: BALLOT, self: n(1), quorum, from: s(1), ownSequence: 1 });
  phase.onDurable(1);
  return phase;
}

function page(
  end: number,
  reports: readonly SlotReport[],
  range?: { from: number; next: number },
): PromiseMessage {
  const { from, next } = range ?? { from: 1, next: end };
  const window = { from: s(from), next: s(next), end: s(end), learned: s(1), firstKept: s(1) };
  return { kind: "promise", ballot: BALLOT, ...window, reports };
}

function accepted(slot: number, round: number, text: string): SlotReport {
  return { kind: "accepted", slot: s(slot), ballot: b(round, 2), value: batch(text) };
}

function selection(phase: PhaseOne, log: Log): string[] | undefined {
  return phase.select(log)?.map(({ slot, value }) => `${slot} ${textOf(value)}`);
}

t.test("chosen beats any ballot, else the highest ballot, else a no-op", async (t) => {
  const phase = phaseOne(5);
  phase.onPromise(n(2), page(5, [accepted(1, 3, "low"), accepted(2, 3, "b"), accepted(4, 1, "d")]));
  phase.onPromise(
    n(3),
    page(3, [accepted(1, 5, "high"), { kind: "chosen", slot: s(2), value: batch("fact") }]),
  );
  t.same(selection(phase, logOf([entryOf(2, b(7, 1), batch("own"))])), ["1 high", "2 fact", "3 noop", "4 d"]);
});

t.test("the own accepted value counts like a report, and keeps its identity in a tie", async (t) => {
  const phase = phaseOne();
  const own = entryOf(1, b(3, 2), batch("x"));
  phase.onPromise(n(2), page(2, [accepted(1, 3, "x")]));
  t.equal(phase.select(logOf([own]))?.[0]?.value, own.value);
});

t.test("the own promise counts only when it is on disk", async (t) => {
  const quorum = new QuorumSystem(membershipOf(3));
  const phase = new PhaseOne({ ballot: BALLOT, self: n(1), quorum, from: s(1), ownSequence: 4 });
  phase.onPromise(n(2), page(1, []));
  phase.onDurable(3);
  t.equal(phase.select(logOf()), undefined);
  phase.onDurable(4);
  t.same(selection(phase, logOf()), []);
});

t.test("only a complete set of pages counts", async (t) => {
  const phase = phaseOne();
  phase.onPromise(n(2), page(5, [accepted(1, 3, "a")], { from: 1, next: 3 }));
  t.equal(phase.select(logOf()), undefined);
  t.equal(phase.wantedFrom(n(2), s(1)), s(3));
  t.equal(phase.onPromise(n(2), page(5, [], { from: 4, next: 5 })), false, "a page that leaves a hole");
  t.equal(phase.select(logOf()), undefined);
  phase.onPromise(n(2), page(5, [accepted(4, 3, "d")], { from: 3, next: 5 }));
  t.same(selection(phase, logOf()), ["1 a", "2 noop", "3 noop", "4 d"]);
});

t.test("a damaged slot is not an empty one: without a definite quorum it stays open", async (t) => {
  const phase = phaseOne();
  phase.onPromise(n(2), page(2, [{ kind: "damaged", slot: s(1) }]));
  t.equal(phase.select(logOf()), undefined);
  phase.onPromise(n(3), page(2, [accepted(1, 2, "kept")]));
  t.same(selection(phase, logOf()), ["1 kept"]);
});

t.test("the own damaged slot does not count either", async (t) => {
  const phase = phaseOne();
  const log = logOf([], [1]);
  phase.onPromise(n(2), page(1, []));
  t.equal(phase.select(log), undefined);
  phase.onPromise(n(3), page(2, [accepted(1, 2, "kept")]));
  t.same(selection(phase, log), ["1 kept"]);
});

t.test("a page from below the sender's first kept slot is no report", async (t) => {
  const phase = phaseOne();
  t.equal(phase.onPromise(n(2), { ...page(1, []), firstKept: s(7) }), false);
  t.equal(phase.select(logOf()), undefined);
});

t.test("a lost chosen value is recognised in a quorum of definite reports only", async (t) => {
  const phase = phaseOne();
  const log = logOf([], [1]);
  phase.onPromise(n(2), page(2, [accepted(1, 2, "older")]));
  t.equal(phase.chosenValueAt(s(1), log), undefined);
  phase.onPromise(n(3), page(2, [accepted(1, 4, "newer")]));
  t.equal(textOf(phase.chosenValueAt(s(1), log) ?? batch("none")), "newer");
});

t.test("a ballot is lost when a blocking set has refused it", async (t) => {
  const phase = phaseOne();
  t.equal(phase.onReject(n(2)), false);
  t.equal(phase.onReject(n(2)), false);
  t.equal(phase.onReject(n(3)), true);
});
