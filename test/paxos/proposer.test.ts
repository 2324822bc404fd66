import t from "tap";
import type { Ballot } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { Bench, b, batch, GRANTED, messagesOf, s } from "./fixtures.ts";

const PROGRESS = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };

function promise(bench: Bench, ballot: Ballot, end = 1): Effects {
  const range = { from: s(1), next: s(end), end: s(end), learned: s(1), firstKept: s(1) };
  return bench.receive(2, { kind: "promise", ballot, ...range, reports: [] });
}

function serving(): { bench: Bench; ballot: Ballot } {
  const bench = new Bench();
  const ballot = bench.lead();
  bench.durable(promise(bench, ballot).writeSequence);
  bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: PROGRESS });
  return { bench, ballot };
}

/** n3 is stuck at a higher promise, n2 still answers: the leader takes a higher round. */
function overtake(bench: Bench, ballot: Ballot): Effects {
  bench.receive(3, { kind: "reject", ballot, promised: b(8, 3), of: "accept" });
  const beat = bench.run(60, (effects) => messagesOf(effects, "heartbeat").length > 0).at(-1);
  const round = messagesOf(beat as Effects, "heartbeat")[0]?.round ?? 0;
  const { digest } = bench.replica.view(bench.nowMs);
  return bench.receive(2, {
    kind: "heartbeat-ack",
    ballot,
    round,
    digest,
    granted: false,
    progress: { ...PROGRESS, learned: s(2) },
  });
}

t.test(
  "a leader overtaken by one voter prepares again above it, once a quorum has answered since",
  async (t) => {
    const { bench, ballot } = serving();
    const effects = overtake(bench, ballot);
    t.same(effects.writes, [{ kind: "promised", ballot: b(9, 1) }]);
    t.equal(bench.replica.view(bench.nowMs).role, "candidate");
  },
);

t.test("what was under way survives a new round as the same object", async (t) => {
  const { bench, ballot } = serving();
  const { bytes } = batch("x");
  bench.step({ kind: "propose", bytes });
  const prepared = overtake(bench, ballot);
  bench.durable(prepared.writeSequence);
  const led = promise(bench, b(9, 1), 2);
  t.same(
    messagesOf(led, "accept").map(({ slot }) => slot),
    [2, 3],
  );
  t.equal(messagesOf(led, "accept")[0]?.value.bytes, bytes);
  bench.durable(led.writeSequence);
  const accepted = { kind: "accepted", ballot: b(9, 1), slots: [s(2), s(3)], progress: PROGRESS } as const;
  t.equal(bench.receive(2, accepted).chosen[0]?.value.bytes, bytes);
});

t.test(
  "a Prepare without answer is repeated to the silent, but only once the own promise is on disk",
  async (t) => {
    const bench = new Bench();
    bench.run(700, ({ messages }) => messages.length > 0);
    const { writeSequence } = bench.receive(2, GRANTED);
    t.same(
      bench.run(250).flatMap((effects) => messagesOf(effects, "prepare")),
      [],
    );
    bench.durable(writeSequence);
    t.ok(bench.run(210).flatMap((effects) => messagesOf(effects, "prepare")).length >= 2);
  },
);

t.test("a candidate whose ballot leads nowhere gives up after its time-out", async (t) => {
  const bench = new Bench();
  bench.lead();
  t.equal(bench.replica.view(bench.nowMs).role, "candidate");
  bench.run(610);
  t.equal(bench.replica.view(bench.nowMs).role, "follower");
});

t.test("a reject of an old ballot is no reason for anything", async (t) => {
  const { bench } = serving();
  for (const from of [2, 3])
    bench.receive(from, { kind: "reject", ballot: b(1, 3), promised: b(8, 3), of: "accept" });
  t.equal(bench.replica.view(bench.nowMs).role, "leader");
});
