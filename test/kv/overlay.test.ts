import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import type { KeyRecord } from "../../src/kv/command.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import type { Row, SlotEffects } from "../../src/kv/state.ts";
import { TestState, text } from "./test-state.ts";

const at = (value: number): Slot => value as Slot;

function record(modRevision: number, valueBytes = 1): KeyRecord {
  return { value: new Uint8Array(valueBytes), createRevision: 1, modRevision, version: 1, leaseId: 0 };
}

function effects(slot: number, ...rows: readonly Row[]): SlotEffects {
  return { slot: at(slot), rows, meta: { revision: slot, timeMs: slot, keyCount: 0 } };
}

function keyRow(key: string, kept: KeyRecord | undefined): Row {
  return { table: "keys", key: text(key), record: kept };
}

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

t.test(
  "a slice holds each row as it stood after its last slot, though a later slot changed it",
  async (t) => {
    const overlay = new Overlay(new TestState(), at(1));
    overlay.add(effects(1, keyRow("a", record(1)), keyRow("b", record(2))));
    overlay.add(effects(2, keyRow("a", record(3))));
    overlay.add(effects(3, keyRow("a", undefined), keyRow("b", record(4))));
    const slice = overlay.nextSlice(at(3));
    t.same(slice, {
      from: 1,
      watermark: 3,
      rows: [keyRow("a", record(3)), keyRow("b", record(2))],
      meta: { revision: 2, timeMs: 2, keyCount: 0 },
    });
    overlay.flushed(at(3));
    t.equal(overlay.get(text("a")), undefined, "the tombstone of slot 3 stays and hides the state's row");
    t.match(overlay.get(text("b")), { modRevision: 4 });
  },
);

t.test("a slice never reaches the limit, and there is none when nothing lies below it", async (t) => {
  const overlay = new Overlay(new TestState(), at(5));
  t.equal(overlay.nextSlice(at(9)), undefined);
  overlay.add(effects(5, keyRow("a", record(1))));
  overlay.add(effects(6));
  t.equal(overlay.nextSlice(at(5)), undefined);
  t.match(overlay.nextSlice(at(6)), { from: 5, watermark: 6 });
  t.match(overlay.nextSlice(at(100)), { from: 5, watermark: 7 });
});

t.test("a slice closes at the first slot boundary past 1,000 rows or 1 MiB", async (t) => {
  const rows = new Overlay(new TestState(), at(1));
  const large = new Overlay(new TestState(), at(1));
  const hot = new Overlay(new TestState(), at(1));
  for (let slot = 1; slot <= 40; slot++) {
    const wide = Array.from({ length: 100 }, (_, index) => keyRow(`${slot}/${index}`, record(slot)));
    rows.add(effects(slot, ...wide));
    large.add(effects(slot, keyRow(`${slot}`, record(slot, 300_000))));
    hot.add(effects(slot, keyRow("same", record(slot, 300_000))));
  }
  t.match(rows.nextSlice(at(100)), { watermark: 12 }, "1,100 rows: a slot is never cut");
  t.match(large.nextSlice(at(100)), { watermark: 5 });
  t.match(hot.nextSlice(at(100)), { watermark: 41 }, "what is overwritten does not count");
});

t.test("an exactly-once row dropped within its slice never reaches the disk", async (t) => {
  const overlay = new Overlay(new TestState(), at(3));
  overlay.add(
    effects(
      3,
      { table: "executed", slot: at(3), records: [] },
      { table: "executed", slot: at(1), records: undefined },
    ),
  );
  overlay.add(effects(4, { table: "executed", slot: at(3), records: undefined }));
  t.same(overlay.nextSlice(at(9))?.rows, [{ table: "executed", slot: 1, records: undefined }]);
});

t.test("slots that leave a gap, and flushes of what was never applied, are bugs", async (t) => {
  const overlay = new Overlay(new TestState(), at(1));
  t.throws(() => overlay.add(effects(2)), /I14/);
  overlay.add(effects(1));
  t.throws(() => overlay.flushed(at(3)), /I18/);
});
