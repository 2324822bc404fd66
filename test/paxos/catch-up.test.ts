import t from "tap";
import { PAGE_BYTES_MAX, PAGE_SLOTS_MAX } from "../../src/base/limits.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import type { ChosenMessage, HeartbeatAckMessage } from "../../src/paxos/messages.ts";
import { NOOP } from "../../src/paxos/value.ts";
import { Bench, b, batch, entryOf, messagesOf, n, s } from "./fixtures.ts";

/** Tells the bench how far another member is. */
function tell(bench: Bench, from: number, learned: number): void {
  const progress = { learned: s(learned), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };
  const ack: HeartbeatAckMessage = {
    kind: "heartbeat-ack",
    ballot: b(1, 1),
    round: 1,
    digest: 0,
    granted: false,
    progress,
  };
  bench.receive(from, ack);
}

function page(from: number, count: number, learned: number): ChosenMessage {
  const values = Array.from({ length: count }, () => NOOP);
  return { kind: "chosen", from: s(from), values, learned: s(learned), firstKept: s(1) };
}

t.test("a gap is fetched after one tick of patience", async (t) => {
  const bench = new Bench();
  tell(bench, 2, 5);
  t.equal(messagesOf(bench.run(10)[0] as never, "fetch").length, 0);
  t.equal(messagesOf(bench.run(10)[0] as never, "fetch")[0]?.from, s(1));
});

t.test("the next page is asked as soon as one arrives, until nothing is missing", async (t) => {
  const bench = new Bench();
  tell(bench, 2, 2001);
  bench.run(20);
  const first = bench.receive(2, page(1, 1000, 2001));
  t.equal(first.chosen.length, 1000);
  t.equal(messagesOf(first, "fetch")[0]?.from, s(1001));
  const second = bench.receive(2, page(1001, 1000, 2001));
  t.equal(messagesOf(second, "fetch").length, 0);
  t.equal(bench.replica.view(bench.nowMs).chosen, s(2001));
});

t.test("a silent or unhelpful member is passed over for another", async (t) => {
  const bench = new Bench();
  tell(bench, 2, 5);
  bench.run(20);
  tell(bench, 3, 5);
  const asked = bench
    .run(260)
    .flatMap(({ messages }) => messages.filter(({ message }) => message.kind === "fetch"));
  t.same(asked[0]?.to, [n(3)]);
  bench.receive(3, page(1, 0, 5));
  const again = bench
    .run(20)
    .flatMap(({ messages }) => messages.filter(({ message }) => message.kind === "fetch"));
  t.same(again[0]?.to, [n(2)]);
});

t.test("a late, repeated or overlapping page does no harm", async (t) => {
  const bench = new Bench();
  bench.receive(2, page(1, 3, 9));
  t.equal(bench.receive(2, page(1, 3, 9)).chosen.length, 0);
  t.same(
    bench.receive(2, page(2, 4, 9)).chosen.map(({ slot }) => slot),
    [4, 5],
  );
  t.equal(bench.receive(2, page(8, 1, 9)).chosen.length, 0, "a page above a gap");
});

t.test("serving keeps to its bounds and stops at what it cannot say", async (t) => {
  const bench = new Bench({
    recovered: { firstKept: s(5), learned: s(3000), end: s(3000), damaged: [s(2500)] },
  });
  for (let at = 5; at < 3000; at++) bench.entries.set(at, entryOf(at, b(1, 2), batch("x")));
  const served = (from: number) =>
    messagesOf(bench.receive(2, { kind: "fetch", from: s(from) }), "chosen")[0];
  t.equal(served(5)?.values.length, PAGE_SLOTS_MAX);
  t.equal(served(2490)?.values.length, 10);
  t.match(served(4), { values: [], firstKept: 5, learned: 3000 });
  t.equal(served(3000)?.values.length, 0);
  const big = { kind: "batch", bytes: new Uint8Array(PAGE_BYTES_MAX) } as const;
  for (const at of [10, 11]) bench.entries.set(at, entryOf(at, b(1, 2), big));
  t.equal(served(10)?.values.length, 1);
});

/** Ticks on, and answers fetches as member `from` that has dropped everything below `firstKept`. */
function fetchInVain(bench: Bench, from: number, firstKept: number): void {
  for (let round = 0; round < 50; round++) {
    for (const { messages } of bench.run(10)) {
      const isAsked = messages.some(({ to, message }) => message.kind === "fetch" && to.includes(n(from)));
      if (isAsked) bench.receive(from, { ...page(1, 0, 500), firstKept: s(firstKept) });
    }
  }
}

t.test("what nobody's log has any more needs a snapshot, and only then", async (t) => {
  const bench = new Bench();
  const needed = () => bench.replica.view(bench.nowMs).needed;
  tell(bench, 2, 500);
  tell(bench, 3, 500);
  fetchInVain(bench, 2, 400);
  t.equal(needed(), undefined, "another member may have it");
  fetchInVain(bench, 3, 300);
  t.equal(needed(), s(2));
  bench.receive(3, page(1, 3, 500));
  t.equal(needed(), undefined, "it came after all");
});

t.test("a member that has it and is gone is not waited for for ever", async (t) => {
  const bench = new Bench();
  tell(bench, 2, 500);
  tell(bench, 3, 500);
  fetchInVain(bench, 2, 400);
  bench.run(3000);
  t.equal(bench.replica.view(bench.nowMs).needed, s(2));
});

t.test("a damaged slot that nobody has is given up where the own state holds it", async (t) => {
  const recovered = { learned: s(500), end: s(500), damaged: [s(100)], digest: 9 };
  const bench = new Bench({ recovered });
  tell(bench, 2, 500);
  tell(bench, 3, 500);
  const view = () => bench.replica.view(bench.nowMs);
  const ask = (): void => {
    fetchInVain(bench, 2, 400);
    fetchInVain(bench, 3, 400);
  };
  bench.step({ kind: "state-durable", watermark: s(100) });
  ask();
  t.match(view(), { needed: s(101), damaged: 1 }, "the state does not hold it");
  bench.step({ kind: "state-durable", watermark: s(101) });
  ask();
  t.match(view(), { needed: undefined, damaged: 0, firstKept: s(101) });
});

t.test("a lost slot below the watermark is not forgotten over what is missing above it", async (t) => {
  const bench = new Bench({ recovered: { learned: s(200), end: s(200), damaged: [s(100)], digest: 9 } });
  bench.step({ kind: "state-durable", watermark: s(100) });
  for (const from of [2, 3]) tell(bench, from, 500);
  const answers = (effects: Effects): void => {
    for (const { to, message } of effects.messages) {
      if (message.kind !== "fetch") continue;
      for (const from of to) answers(bench.receive(from, { ...page(1, 0, 500), firstKept: s(400) }));
    }
  };
  for (let ms = 0; ms < 3000; ms += 10) bench.run(10).forEach(answers);
  t.match(bench.replica.view(bench.nowMs), { needed: s(101) }, "the state goes on at slot 100");
});
