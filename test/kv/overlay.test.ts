import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Overlay } from "../../src/kv/overlay.ts";
import type { Row } from "../../src/kv/state.ts";
import { at, effects, record } from "./test-rows.ts";
import { TestState } from "./test-state.ts";

const someKey = fc.oneof(
  fc
    .constantFrom("", "\x00", "\x7f", "\x80", "\xff", "\xff\xff", "a", "ab", "b")
    .map((key) => Buffer.from(key, "latin1")),
  fc.uint8Array({ maxLength: 2 }),
);
const someSlot = fc.array(fc.tuple(someKey, fc.boolean()), { maxLength: 5 });
const someStep = fc.record({
  rows: someSlot,
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
      for (const [index, { rows, flushes, limit, interval }] of steps.entries()) {
        const slot = index + 1;
        const made = rows.map(([key, lives]): Row => {
          return { table: "keys", key: new Uint8Array(key), record: lives ? record(slot) : undefined };
        });
        whole.add(effects(slot, ...made));
        overlay.add(effects(slot, ...made));
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
