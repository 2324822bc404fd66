import t from "tap";
import { BALLOT_ZERO } from "../../src/base/ids.ts";
import { ELECTION_TIMEOUT_MS_MAX, ELECTION_TIMEOUT_MS_MIN } from "../../src/base/limits.ts";
import { HandOver, Summons } from "../../src/paxos/hand-over.ts";
import { Bench, b, messagesOf, n, s } from "./fixtures.ts";

const anyway = (): boolean => true;

t.test("the target is told only when it is ready, and then again until it acts", async (t) => {
  const handOver = new HandOver();
  handOver.begin(n(2), 0);
  t.equal(handOver.advance(false, 10), "nothing");
  t.equal(handOver.advance(true, 20), "send");
  t.equal(handOver.advance(true, 30), "nothing");
  t.equal(handOver.advance(true, 220), "send");
  t.equal(handOver.isUnderWay, true);
});

t.test("a target that does not catch up costs its chance, and the leader goes on", async (t) => {
  const handOver = new HandOver();
  handOver.begin(n(2), 0);
  handOver.advance(false, ELECTION_TIMEOUT_MS_MAX);
  t.equal(handOver.isUnderWay, false);
});

t.test("once it was sent only a new round ends it", async (t) => {
  const handOver = new HandOver();
  handOver.begin(n(2), 0);
  handOver.advance(true, 0);
  t.equal(handOver.advance(false, 2 * ELECTION_TIMEOUT_MS_MIN), "prepare-again");
});

t.test(
  "a summons holds until the target has caught up, the time is over or the ballot is history",
  async (t) => {
    const call = () => {
      const summons = new Summons();
      summons.onHandOver(b(3, 2), s(5), 0);
      return summons;
    };
    const patient = call();
    t.equal(patient.take({ learned: s(4), promised: b(3, 2) }, 10, anyway), undefined);
    t.equal(patient.take({ learned: s(5), promised: b(3, 2) }, 20, anyway), b(3, 2));
    t.equal(patient.take({ learned: s(5), promised: b(3, 2) }, 30, anyway), undefined, "once");
    t.equal(
      call().take({ learned: s(5), promised: b(3, 2) }, 2 * ELECTION_TIMEOUT_MS_MIN, anyway),
      undefined,
    );
    t.equal(call().take({ learned: s(5), promised: b(4, 3) }, 10, anyway), undefined);
  },
);

t.test("only the leader that this node follows can hand over to it", async (t) => {
  const bench = new Bench();
  const handOver = { kind: "hand-over", ballot: b(3, 2), chosen: s(1) } as const;
  t.equal(bench.receive(2, handOver).writes.length, 0);
  const beat = {
    round: 1,
    chosen: s(1),
    digest: 0,
    durableEverywhere: s(1),
    serving: true,
    leaseMs: 0,
    settled: 1,
  };
  bench.receive(2, { kind: "heartbeat", ballot: b(3, 2), ...beat });
  t.equal(bench.receive(3, handOver).writes.length, 0);
  const effects = bench.receive(2, handOver);
  t.same(effects.writes, [{ kind: "promised", ballot: b(4, 1) }]);
  t.equal(messagesOf(effects, "prepare")[0]?.handOver, b(3, 2));
});

t.test("asked by an operator a node stands at once, and leads with the promises of a quorum", async (t) => {
  const bench = new Bench();
  const beat = {
    round: 1,
    chosen: s(1),
    digest: 0,
    durableEverywhere: s(1),
    serving: true,
    leaseMs: 0,
    settled: 1,
  };
  bench.receive(2, { kind: "heartbeat", ballot: b(3, 2), ...beat });
  const effects = bench.step({ kind: "stand" });
  t.same(messagesOf(effects, "pre-vote"), [], "without a pre-vote");
  t.match(messagesOf(effects, "prepare"), [{ ballot: b(4, 1), handOver: BALLOT_ZERO }, {}]);
  t.same(bench.step({ kind: "stand" }).writes, [], "once");
  bench.durable(effects.writeSequence);
  t.equal(bench.replica.view(bench.nowMs).role, "candidate");
  const range = { from: s(1), next: s(1), end: s(1), learned: s(1), firstKept: s(1) };
  bench.receive(3, { kind: "promise", ballot: b(4, 1), ...range, reports: [] });
  t.equal(bench.replica.view(bench.nowMs).role, "leader");
});

t.test("who stands already goes on as it is", async (t) => {
  const leader = new Bench();
  leader.lead();
  t.same(leader.step({ kind: "stand" }).writes, []);
});
