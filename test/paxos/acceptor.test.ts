import t from "tap";
import { BALLOT_ZERO, type Ballot } from "../../src/base/ids.ts";
import { PAGE_SLOTS_MAX, ROUND_JUMP_MAX } from "../../src/base/limits.ts";
import type { AcceptMessage, PrepareMessage } from "../../src/paxos/messages.ts";
import { Bench, b, batch, entryOf, messagesOf, s } from "./fixtures.ts";

function prepare(ballot: Ballot, from = 1): PrepareMessage {
  return { kind: "prepare", ballot, from: s(from), handOver: BALLOT_ZERO };
}

function accept(ballot: Ballot, slot: number, text: string, chosen = 1): AcceptMessage {
  return { kind: "accept", ballot, slot: s(slot), chosen: s(chosen), value: batch(text) };
}

t.test("a promise leaves after its write, never before", async (t) => {
  const effects = new Bench().receive(2, prepare(b(1, 2)));
  t.same(effects.writes, [{ kind: "promised", ballot: b(1, 2) }]);
  t.equal(effects.urgent, true);
  t.equal(effects.messages.length, 0);
  t.match(effects.messagesAfterWrites, [{ to: 2, message: { kind: "promise", ballot: b(1, 2) } }]);
});

t.test("a repeated Prepare writes nothing and is answered behind the earlier write", async (t) => {
  const bench = new Bench();
  bench.receive(2, prepare(b(1, 2)));
  const effects = bench.receive(2, prepare(b(1, 2)));
  t.equal(effects.writes.length, 0);
  t.equal(effects.messages.length, 0);
  t.equal(messagesOf(effects, "promise").length, 1);
  t.equal(effects.urgent, true);
});

t.test("a lower Prepare or Accept is rejected at once with the promise in the way", async (t) => {
  const bench = new Bench();
  bench.receive(3, prepare(b(2, 3)));
  for (const [message, of] of [
    [prepare(b(2, 2)), "prepare"],
    [accept(b(1, 2), 1, "x"), "accept"],
  ] as const) {
    const effects = bench.receive(2, message);
    t.same(effects.messages, [
      { to: [2], message: { kind: "reject", ballot: message.ballot, promised: b(2, 3), of } },
    ]);
    t.equal(effects.writes.length, 0);
  }
});

t.test("a promise survives a crash", async (t) => {
  const bench = new Bench({ recovered: { promised: b(5, 3) } });
  t.equal(messagesOf(bench.receive(2, prepare(b(4, 2))), "reject").length, 1);
});

t.test("an Accept raises the promise in the same batch as its entry", async (t) => {
  const bench = new Bench();
  const effects = bench.receive(2, accept(b(3, 2), 1, "x"));
  t.match(effects.writes, [
    { kind: "promised", ballot: b(3, 2) },
    { kind: "entry", entry: { ballot: b(3, 2) } },
  ]);
  t.match(effects.messagesAfterWrites, [{ to: 2, message: { kind: "accepted", slots: [1] } }]);
  t.equal(bench.replica.view(bench.nowMs).acceptedMax, b(3, 2));
});

t.test("a repeated Accept writes nothing and is answered after the write", async (t) => {
  const bench = new Bench();
  bench.receive(2, accept(b(3, 2), 1, "x"));
  const effects = bench.receive(2, accept(b(3, 2), 1, "x"));
  t.equal(effects.writes.length, 0);
  t.equal(effects.messages.length, 0);
  t.equal(messagesOf(effects, "accepted").length, 1);
});

t.test("two values for one ballot and slot stop the node", async (t) => {
  const bench = new Bench();
  bench.receive(2, accept(b(3, 2), 1, "x"));
  t.throws(() => bench.receive(2, accept(b(3, 2), 1, "y")), /I5/);
});

t.test("an outlived leader's value for a chosen slot is not accepted, and stops nobody", async (t) => {
  const bench = new Bench();
  bench.receive(2, accept(b(3, 2), 1, "x"));
  // The leader of 4.3 has chosen "z" with the others, and was fetched from before its Prepare came here.
  const values = [batch("z")];
  bench.receive(3, { kind: "chosen", from: s(1), values, learned: s(2), firstKept: s(1) });
  t.equal(bench.replica.view(bench.nowMs).chosen, s(2));
  const effects = bench.receive(2, accept(b(3, 2), 1, "x"));
  t.equal(effects.writes.length, 0);
  t.equal(messagesOf(effects, "accepted").length, 0);
  t.equal(messagesOf(bench.receive(3, accept(b(4, 3), 1, "z")), "accepted").length, 1);
});

t.test("after a restart, too, only the chosen value is answered as accepted in a chosen slot", async (t) => {
  // Slot 1 was fetched as "z"; the leader that had it chosen never asked this acceptor for anything.
  const recovered = { promised: b(3, 2), acceptedMax: b(3, 2), learned: s(3), end: s(3), damaged: [s(2)] };
  const bench = new Bench({ recovered });
  bench.entries.set(1, entryOf(1, b(3, 2), batch("z"), true));
  t.equal(messagesOf(bench.receive(2, accept(b(3, 2), 1, "x")), "accepted").length, 0, "another value");
  t.equal(messagesOf(bench.receive(2, accept(b(3, 2), 1, "z")), "accepted").length, 1, "the chosen value");
  const overDamage = bench.receive(2, accept(b(3, 2), 2, "x"));
  t.equal(messagesOf(overDamage, "accepted").length, 0, "a damaged record proves nothing");
  t.equal(overDamage.writes.length, 0);
});

t.test("a promise reports accepted, chosen, empty and damaged slots as what they are", async (t) => {
  const bench = new Bench({
    recovered: {
      promised: b(2, 2),
      acceptedMax: b(2, 2),
      learned: s(2),
      end: s(7),
      accepted: [entryOf(3, b(1, 1), batch("c")), entryOf(6, b(2, 2), batch("f"))],
      damaged: [s(4)],
    },
  });
  bench.entries.set(1, entryOf(1, b(1, 1), batch("a")));
  const [page] = messagesOf(bench.receive(3, prepare(b(3, 3))), "promise");
  t.match(page, { from: 1, next: 7, end: 7, learned: 2, firstKept: 1 });
  t.same(
    page?.reports.map(({ kind, slot }) => `${slot} ${kind}`),
    ["1 chosen", "3 accepted", "4 damaged", "6 accepted"],
  );
});

t.test("a page ends at its bounds, and the next one goes on from there", async (t) => {
  const bench = new Bench({
    recovered: {
      promised: b(1, 2),
      acceptedMax: b(1, 2),
      end: s(3000),
      accepted: Array.from({ length: 2999 }, (_, index) => entryOf(index + 1, b(1, 2), batch("x"))),
    },
  });
  const sizes: number[] = [];
  for (let from = 1; from < 3000; ) {
    const [page] = messagesOf(bench.receive(3, prepare(b(2, 3), from)), "promise");
    sizes.push(page?.reports.length ?? 0);
    from = page?.next ?? 3000;
  }
  t.same(sizes, [PAGE_SLOTS_MAX, PAGE_SLOTS_MAX, 2999 - 2 * PAGE_SLOTS_MAX]);
});

t.test("below the first kept slot a page says nothing at all", async (t) => {
  const bench = new Bench({ recovered: { firstKept: s(10), learned: s(10), end: s(10) } });
  const [page] = messagesOf(bench.receive(3, prepare(b(2, 3), 4)), "promise");
  t.match(page, { from: 4, next: 4, firstKept: 10, reports: [] });
});

t.test("a round that jumps too far is refused, and an alarm raised once", async (t) => {
  const bench = new Bench();
  const jump = prepare(b(ROUND_JUMP_MAX + 5, 2));
  const effects = bench.receive(2, jump);
  t.equal(messagesOf(effects, "reject").length, 1);
  t.match(effects.notices, [{ kind: "alarm" }]);
  t.equal(bench.receive(2, jump).notices.length, 0);
  t.equal(bench.replica.view(bench.nowMs).promised, BALLOT_ZERO);
});

t.test("an Accept far above what is learned waits until this node has caught up", async (t) => {
  const effects = new Bench().receive(2, accept(b(1, 2), 9999, "x"));
  t.equal(messagesOf(effects, "accepted").length, 0);
  t.equal(effects.writes.length, 0);
});
