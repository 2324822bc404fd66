import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { Machine } from "../../src/kv/machine.ts";
import type { CommandOutcome } from "../../src/kv/outcome.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import { Bench, code } from "./test-bench.ts";
import { batch, command, del, put, TestState, testCrypto, text } from "./test-state.ts";

t.test("a result past its own time does not count, though its client does", async (t) => {
  const bench = new Bench();
  bench.one(0, command(put("a", "1"), { sequence: 1, deadlineMs: 1000 }));
  bench.one(0, command(put("a", "2"), { sequence: 2, deadlineMs: 100_000 }));
  t.equal(
    code(bench.one(31_001, command(put("a", "1"), { sequence: 1, deadlineMs: 1000 }))),
    "expired unknown",
  );
  t.equal(bench.machine.revision, 2);
  t.equal(code(bench.one(31_001, command(put("a", "3"), { sequence: 1, deadlineMs: 50_000 }))), "result");
});

t.test("a repeat gets the stored answer and changes nothing", async (t) => {
  const bench = new Bench();
  const first = bench.one(0, command(put("a", "1"), { sequence: 1 }));
  bench.one(0, command(put("a", "2"), { sequence: 2 }));
  const { outcomes, effects } = bench.apply(0, command(put("a", "1"), { sequence: 1 }));
  t.same(outcomes[0], { ...first, repeated: true });
  t.same(effects.rows, [], "no row");
  t.same(bench.state.get(text("a"))?.value, text("2"));
  const other = bench.one(0, command(put("a", "9"), { sequence: 1 }));
  t.equal(code(other), "sequence_reused not_applied");
});

t.test("a command twice in one batch is executed once", async (t) => {
  const bench = new Bench();
  const twice = command(put("a", "1"), { sequence: 1 });
  const { outcomes } = bench.apply(0, twice, twice);
  t.same(outcomes[1], { ...outcomes[0], repeated: true });
  t.equal(bench.machine.revision, 1);
});

t.test("an acknowledged sequence is not executed again", async (t) => {
  const bench = new Bench();
  bench.one(0, command(put("a", "1"), { sequence: 1 }));
  bench.one(0, command(put("a", "2"), { sequence: 2, acknowledged: 1 }));
  t.equal(code(bench.one(0, command(put("a", "1"), { sequence: 1 }))), "acknowledged unknown");
  t.equal(bench.machine.revision, 2);
});

t.test("only an executed command raises what is acknowledged", async (t) => {
  const bench = new Bench();
  bench.one(0, command(put("a", "1"), { sequence: 1, deadlineMs: 100 }));
  bench.one(50, command(put("a", "2"), { sequence: 3, acknowledged: 2, deadlineMs: 10 }));
  t.equal(code(bench.one(50, command(put("a", "1"), { sequence: 1, deadlineMs: 100 }))), "result");
});

t.test("a late command expires: not applied within the grace, unknown after it", async (t) => {
  const bench = new Bench();
  const late = command(put("a", "1"), { sequence: 1, deadlineMs: 1000 });
  t.equal(code(bench.one(1001, late)), "expired not_applied");
  t.equal(code(bench.one(31_000, late)), "expired not_applied");
  t.equal(code(bench.one(31_001, late)), "expired unknown");
  t.equal(bench.machine.keyCount, 0);
  const onTime = new Bench();
  t.equal(code(onTime.one(1000, late)), "result", "the deadline itself is in time");
});

t.test("a stored answer outlives its deadline by the grace and no longer", async (t) => {
  const bench = new Bench();
  const once = command(put("a", "1"), { sequence: 1, deadlineMs: 1000 });
  bench.one(1000, once);
  t.equal(code(bench.one(31_000, once)), "result");
  t.equal(code(bench.one(31_001, once)), "expired unknown");
});

t.test("a client's acknowledgements count as long as its longest result", async (t) => {
  const bench = new Bench();
  bench.one(0, command(put("a", "1"), { sequence: 1, deadlineMs: 100_000 }));
  bench.one(0, command(put("a", "2"), { sequence: 2, acknowledged: 1, deadlineMs: 10 }));
  const again = command(put("a", "1"), { sequence: 1, deadlineMs: 100_000 });
  t.equal(code(bench.one(60_000, again)), "acknowledged unknown", "sequence 2 is over, the client is not");
  t.equal(code(bench.one(130_000, again)), "acknowledged unknown");
  t.equal(code(bench.one(130_001, again)), "expired unknown");
});

t.test("rows that no longer count are deleted, a bounded number in each slot", async (t) => {
  const bench = new Bench();
  for (let sequence = 1; sequence <= 100; sequence++) {
    bench.one(0, command(put("a", `${sequence}`), { sequence, deadlineMs: 1000 }));
  }
  t.equal(bench.state.executed.size, 100);
  t.equal(bench.machine.tableSize, 100);
  bench.one(0, command(put("a", "z"), { sequence: 101, acknowledged: 100, deadlineMs: 1000 }));
  t.equal(bench.machine.tableSize, 1);
  t.equal(bench.state.executed.size, 101 - 16);
  for (let turn = 0; turn < 10; turn++) bench.apply(0);
  t.equal(bench.state.executed.size, 1, "superseded by the acknowledgement");
  bench.apply(31_000);
  t.equal(bench.state.executed.size, 1);
  bench.apply(31_001);
  t.equal(bench.state.executed.size, 0, "over");
  t.equal(bench.machine.tableSize, 0);
});

t.test(
  "a sequence that is used again once its client is forgotten supersedes what it was before",
  async (t) => {
    const bench = new Bench();
    const of = (client: number, sequence: number, acknowledged: number, deadlineMs: number) =>
      command(put("a", "1"), { client, sequence, acknowledged, deadlineMs });
    bench.apply(0, of(1, 1, 0, 0), of(2, 1, 0, 1000));
    bench.apply(31_000, of(1, 1, 0, 31_000));
    bench.apply(31_000, of(2, 2, 1, 31_000));
    bench.apply(31_000, of(1, 2, 1, 31_000));
    bench.apply(31_000);
    t.equal(
      bench.state.executed.size,
      2,
      "both rows of the first requests are gone, as for a table rebuilt now",
    );
    t.equal(bench.machine.tableSize, 2);
  },
);

const someCommand = fc.record({
  client: fc.integer({ min: 1, max: 3 }),
  sequence: fc.integer({ min: 1, max: 8 }),
  lag: fc.integer({ min: 1, max: 12 }),
  aheadMs: fc.integer({ min: -5000, max: 40_000 }),
  key: fc.constantFrom("a", "b", "c"),
  value: fc.constantFrom("", "1", "x".repeat(4500)),
  previous: fc.boolean(),
  isPut: fc.boolean(),
});
const someSlot = fc.record({
  forwardMs: fc.constantFrom(0, 0, 10, 1000, 20_000, 31_000, 80_000),
  commands: fc.array(someCommand, { maxLength: 4 }),
  /** Whether every disk row written so far becomes the start of a new machine here. */
  restarts: fc.boolean(),
  flushes: fc.boolean(),
});

t.test(
  "a machine rebuilt from the rows still kept answers and writes as the one that never stopped",
  async () => {
    fc.assert(
      fc.property(fc.array(someSlot, { maxLength: 60 }), (slots) => {
        const live = new Bench();
        const disk = new TestState();
        let overlay = new Overlay(disk, 1 as Slot);
        let rebuilt = new Machine(overlay, disk.recovered(), testCrypto);
        let timeMs = 0;
        for (const { forwardMs, commands, restarts, flushes } of slots) {
          timeMs += forwardMs;
          const made = commands.map((some) => {
            const acknowledged = Math.max(0, some.sequence - some.lag);
            const operation = some.isPut
              ? put(some.key, some.value, some.previous)
              : del(some.key, some.previous);
            return command(operation, {
              ...some,
              acknowledged,
              deadlineMs: Math.max(0, timeMs + some.aheadMs),
            });
          });
          const slot = live.slot as Slot;
          const expected = live.apply(timeMs, ...made);
          const actual = rebuilt.apply(slot, batch(timeMs, ...made));
          overlay.add(actual.effects);
          deepStrictEqual(actual, expected);
          deepStrictEqual(rebuilt.tableSize, live.machine.tableSize);
          if (flushes || restarts) overlay.seal();
          const slice = flushes || restarts ? overlay.nextSlice(live.slot as Slot) : undefined;
          if (slice !== undefined) {
            disk.write(slice.rows, slice.meta);
            overlay.flushed(slice.watermark);
          }
          if (!restarts) continue;
          deepStrictEqual(new Map([...disk.executed].sort()), new Map([...live.state.executed].sort()));
          overlay = new Overlay(disk, live.slot as Slot);
          rebuilt = new Machine(overlay, disk.recovered(), testCrypto);
        }
      }),
      { numRuns: 600 },
    );
  },
);

interface Kept {
  readonly hash: string;
  readonly keepUntilMs: number;
  readonly answer: CommandOutcome;
}

t.test("the order of the exactly-once rules is that of a table that forgets nothing", async () => {
  fc.assert(
    fc.property(fc.array(someSlot, { maxLength: 60 }), (slots) => {
      const bench = new Bench();
      // The rules word for word, over records that are never dropped.
      const clients = new Map<
        number,
        { acknowledged: number; keepUntilMs: number; kept: Map<number, Kept> }
      >();
      let timeMs = 0;
      for (const { forwardMs, commands } of slots) {
        timeMs += forwardMs;
        for (const some of commands) {
          const acknowledged = Math.max(0, some.sequence - some.lag);
          const deadlineMs = Math.max(0, timeMs + some.aheadMs);
          const made = command(put(some.key, some.value.slice(0, 1)), { ...some, acknowledged, deadlineMs });
          const hash = Buffer.from(made.payload).toString();
          const outcome = bench.one(timeMs, made);
          const known = clients.get(some.client);
          const client = known !== undefined && timeMs <= known.keepUntilMs ? known : undefined;
          const kept = client === undefined ? undefined : client.kept.get(some.sequence);
          if (
            kept !== undefined &&
            timeMs <= kept.keepUntilMs &&
            some.sequence > (client?.acknowledged ?? 0)
          ) {
            if (kept.hash === hash) deepStrictEqual(outcome, { ...kept.answer, repeated: true });
            else deepStrictEqual(code(outcome), "sequence_reused not_applied");
          } else if (client !== undefined && some.sequence <= client.acknowledged) {
            deepStrictEqual(code(outcome), "acknowledged unknown");
          } else if (timeMs > deadlineMs) {
            deepStrictEqual(
              code(outcome),
              `expired ${timeMs <= deadlineMs + 30_000 ? "not_applied" : "unknown"}`,
            );
          } else {
            deepStrictEqual(code(outcome), "result");
            const keepUntilMs = deadlineMs + 30_000;
            const entry = client ?? { acknowledged: 0, keepUntilMs: 0, kept: new Map<number, Kept>() };
            entry.acknowledged = Math.max(entry.acknowledged, acknowledged);
            entry.keepUntilMs = Math.max(entry.keepUntilMs, keepUntilMs);
            entry.kept.set(some.sequence, { hash, keepUntilMs, answer: outcome });
            clients.set(some.client, entry);
          }
        }
      }
    }),
    { numRuns: 400 },
  );
});
