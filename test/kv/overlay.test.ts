import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Overlay } from "../../src/kv/overlay.ts";
import type { Row } from "../../src/kv/state.ts";
import { at, effects, keyRow, record } from "./test-rows.ts";
import { TestState, text } from "./test-state.ts";

const someKey = fc.oneof(
  fc
    .constantFrom("", "\x00", "\x7f", "\x80", "\xff", "\xff\xff", "a", "ab", "b")
    .map((key) => Buffer.from(key, "latin1")),
  fc.uint8Array({ maxLength: 2 }),
);
const someSlot = fc.array(fc.tuple(someKey, fc.boolean()), { maxLength: 5 });
const someStep = fc.record({
  rows: someSlot,
  seals: fc.boolean(),
  flushes: fc.boolean(),
  limit: fc.nat(8),
  interval: fc.tuple(someKey, fc.option(someKey)),
});

t.test("reads see overlay and state as one, whatever was flushed", async () => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 30 }), (steps) => {
      const whole = new TestState();
      const disk = new TestState();
      const overlay = new Overlay(disk, at(1));
      let flushedTo = 1;
      for (const [index, { rows, seals, flushes, limit, interval }] of steps.entries()) {
        const slot = index + 1;
        const made = rows.flatMap(([bytes, lives]): Row[] => {
          const key = new Uint8Array(bytes);
          return [
            { table: "keys", key, record: lives ? record(slot) : undefined },
            { table: "tombstones", key, revision: lives ? undefined : slot },
          ];
        });
        whole.add(effects(slot, ...made));
        overlay.add(effects(slot, ...made));
        if (seals) overlay.seal();
        const slice = flushes ? overlay.nextSlice(at(flushedTo + limit)) : undefined;
        if (slice !== undefined) {
          deepStrictEqual(slice.from, flushedTo);
          deepStrictEqual(slice.watermark <= flushedTo + limit, true);
          disk.write(slice.rows, slice.meta);
          overlay.flushed(slice.watermark);
          flushedTo = slice.watermark;
        }
        const [start, end] = [new Uint8Array(interval[0]), interval[1] ?? undefined];
        deepStrictEqual([...overlay.range(start, end)], [...whole.range(start, end)]);
        deepStrictEqual([...overlay.tombstones(start, end)], [...whole.tombstones(start, end)]);
        deepStrictEqual(overlay.get(start), whole.get(start));
        deepStrictEqual(overlay.slots, slot + 1 - flushedTo);
        deepStrictEqual(overlay.bytes === 0, overlay.slots === 0);
      }
    }),
    { numRuns: 500 },
  );
});

t.test("slots that leave a gap, and flushes of what was never applied, are bugs", async (t) => {
  const overlay = new Overlay(new TestState(), at(1));
  t.throws(() => overlay.add(effects(2)), /I14/);
  overlay.add(effects(1));
  t.throws(() => overlay.flushed(at(3)), /I18/);
});

t.test("there is a slice once slots are sealed, and all of them lie below the limit", async (t) => {
  const overlay = new Overlay(new TestState(), at(5));
  overlay.seal();
  t.equal(overlay.nextSlice(at(9)), undefined, "nothing to seal");
  overlay.add(effects(5, keyRow("a", record(1))));
  overlay.add(effects(6));
  t.equal(overlay.nextSlice(at(9)), undefined, "more may be merged into it");
  overlay.seal();
  overlay.add(effects(7));
  t.equal(overlay.nextSlice(at(6)), undefined);
  t.match(overlay.nextSlice(at(7)), { from: 5, watermark: 7 });
  t.match(overlay.nextSlice(at(100)), { from: 5, watermark: 7 });
});

t.test("slices are flushed one by one, oldest first", async (t) => {
  const overlay = new Overlay(new TestState(), at(1));
  overlay.add(effects(1, keyRow("a", record(1))));
  overlay.seal();
  overlay.add(effects(2, keyRow("a", record(2))));
  overlay.seal();
  t.match(overlay.nextSlice(at(9)), { from: 1, watermark: 2 });
  t.throws(() => overlay.flushed(at(3)), /I18/);
});

t.test("what was flushed last is read without the disk, until something newer hides it", async (t) => {
  const overlay = new Overlay(new TestState(), at(1));
  overlay.add(effects(1, keyRow("a", record(1)), keyRow("b", undefined)));
  overlay.seal();
  overlay.flushed(at(2));
  t.match(overlay.get(text("a")), { modRevision: 1 }, "the disk of this test was not even written");
  t.equal(overlay.get(text("b")), undefined);
  overlay.add(effects(2, keyRow("a", record(2))));
  t.match(overlay.get(text("a")), { modRevision: 2 });
  overlay.seal();
  overlay.flushed(at(3));
  t.match(overlay.get(text("a")), { modRevision: 2 });
});
