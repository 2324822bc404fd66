import t from "tap";
import type { Ballot } from "../../src/base/ids.ts";
import { IN_FLIGHT_BYTES_MAX, IN_FLIGHT_SLOTS_MAX } from "../../src/base/limits.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { Bench, batch, messagesOf, s } from "./fixtures.ts";

const PROGRESS = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };

function promise(bench: Bench, ballot: Ballot, from = 2): Effects {
  const range = { from: s(1), next: s(1), end: s(1), learned: s(1), firstKept: s(1) };
  return bench.receive(from, { kind: "promise", ballot, ...range, reports: [] });
}

function accepted(bench: Bench, ballot: Ballot, slots: readonly number[], from = 2): Effects {
  return bench.receive(from, { kind: "accepted", ballot, slots: slots.map(s), progress: PROGRESS });
}

/** A leader of three that serves: its own entry in slot 1 is on its disk and at n2. */
function serving(): { bench: Bench; ballot: Ballot } {
  const bench = new Bench();
  const ballot = bench.lead();
  const led = promise(bench, ballot);
  bench.durable(led.writeSequence);
  accepted(bench, ballot, [1]);
  return { bench, ballot };
}

t.test("a leader serves only when an entry of its own ballot is chosen", async (t) => {
  const bench = new Bench();
  const ballot = bench.lead();
  const led = promise(bench, ballot);
  t.match(led.messages.find(({ message }) => message.kind === "accept")?.message, {
    slot: 1,
    value: { kind: "noop" },
  });
  t.equal(bench.replica.canPropose(1), false);
  bench.durable(led.writeSequence);
  const effects = accepted(bench, ballot, [1]);
  t.match(effects.notices, [{ kind: "serving" }]);
  t.equal(bench.replica.canPropose(1), true);
});

t.test("the Accept leaves at once as one message to all, the own entry goes to disk meanwhile", async (t) => {
  const { bench } = serving();
  const effects = bench.step({ kind: "propose", bytes: batch("x").bytes });
  const accepts = effects.messages.filter(({ message }) => message.kind === "accept");
  t.equal(accepts.length, 1);
  t.same(accepts[0]?.to, [2, 3]);
  t.equal(effects.proposed, s(2));
  t.same(
    effects.writes.map(({ kind }) => kind),
    ["entry"],
  );
  t.equal(effects.messagesAfterWrites.length, 0);
});

t.test("the own disk counts only when it is done, and is not needed for a quorum", async (t) => {
  const { bench, ballot } = serving();
  const first = bench.step({ kind: "propose", bytes: batch("x").bytes });
  t.same(accepted(bench, ballot, [2]).chosen, [], "one voter and a write under way are no quorum");
  t.equal(bench.durable(first.writeSequence).chosen.length, 1);
  bench.step({ kind: "propose", bytes: batch("y").bytes });
  accepted(bench, ballot, [3], 2);
  t.same(
    accepted(bench, ballot, [3], 3).chosen.map(({ slot }) => slot),
    [3],
    "two others are one",
  );
});

t.test("a tally above a gap is no fact", async (t) => {
  const { bench, ballot } = serving();
  const first = bench.step({ kind: "propose", bytes: batch("x").bytes });
  bench.durable(first.writeSequence);
  const second = bench.step({ kind: "propose", bytes: batch("y").bytes });
  bench.durable(second.writeSequence);
  const above = accepted(bench, ballot, [3]);
  t.same(above.chosen, []);
  t.same(
    accepted(bench, ballot, [2]).chosen.map(({ slot }) => slot),
    [2, 3],
  );
});

t.test("a repeated accepted counts once, and one of another ballot not at all", async (t) => {
  const { bench, ballot } = serving();
  bench.step({ kind: "propose", bytes: batch("x").bytes });
  accepted(bench, ballot, [2]);
  t.same(accepted(bench, ballot, [2]).chosen, []);
  t.same(accepted(bench, (ballot - 1024) as Ballot, [2], 3).chosen, []);
});

t.test("the value that was proposed comes back as the same object", async (t) => {
  const { bench, ballot } = serving();
  const { bytes } = batch("x");
  bench.durable(bench.step({ kind: "propose", bytes }).writeSequence);
  t.equal(accepted(bench, ballot, [2]).chosen[0]?.value.bytes, bytes);
});

t.test("the window closes at its slots, and at its bytes", async (t) => {
  const { bench } = serving();
  let proposed = 0;
  while (bench.replica.canPropose(1)) {
    bench.durable(bench.step({ kind: "propose", bytes: batch("x").bytes }).writeSequence);
    proposed++;
  }
  t.equal(proposed, IN_FLIGHT_SLOTS_MAX);
  t.throws(() => bench.step({ kind: "propose", bytes: batch("x").bytes }), /I40/);
  const other = serving().bench;
  other.durable(other.step({ kind: "propose", bytes: new Uint8Array(IN_FLIGHT_BYTES_MAX) }).writeSequence);
  t.equal(other.replica.canPropose(1), false);
});

t.test("the next batch may start when the previous one is chosen or on the own disk", async (t) => {
  const { bench, ballot } = serving();
  const first = bench.step({ kind: "propose", bytes: batch("x").bytes });
  t.equal(bench.replica.canPropose(1), false);
  bench.durable(first.writeSequence);
  t.equal(bench.replica.canPropose(1), true);
  bench.step({ kind: "propose", bytes: batch("y").bytes });
  accepted(bench, ballot, [2, 3], 2);
  accepted(bench, ballot, [2, 3], 3);
  t.equal(bench.replica.canPropose(1), true, "a leader whose disk hangs goes on");
});

t.test("an unanswered Accept is sent again to those who have not answered", async (t) => {
  const { bench, ballot } = serving();
  bench.step({ kind: "propose", bytes: batch("x").bytes });
  accepted(bench, ballot, [2], 2);
  const again = bench
    .run(290)
    .flatMap(({ messages }) => messages.filter(({ message }) => message.kind === "accept"));
  t.equal(again.length, 1);
  t.same(again[0]?.to, [3]);
});

t.test("an idle line tells at once what is chosen, a busy one with the next Accept", async (t) => {
  const { bench, ballot } = serving();
  bench.run(20);
  const first = bench.step({ kind: "propose", bytes: batch("x").bytes });
  bench.nowMs += 15;
  bench.durable(first.writeSequence);
  const idle = accepted(bench, ballot, [2]);
  t.equal(messagesOf(idle, "heartbeat")[0]?.chosen, s(3));
  const next = bench.step({ kind: "propose", bytes: batch("y").bytes });
  t.equal(messagesOf(next, "accept")[0]?.chosen, s(3));
});
