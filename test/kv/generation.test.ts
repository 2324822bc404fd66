import t from "tap";
import { Overlay } from "../../src/kv/overlay.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import { at, changeRows, effects, keyRow, record } from "./test-rows.ts";
import { TestState, text } from "./test-state.ts";

t.test(
  "a slice holds each row as it stood after its last slot, though a later slot changed it",
  async (t) => {
    const overlay = new Overlay(new TestState(), at(1));
    overlay.add(effects(1, keyRow("a", record(1)), keyRow("b", record(2))));
    overlay.add(effects(2, keyRow("a", record(3))));
    overlay.seal();
    overlay.add(effects(3, keyRow("a", undefined), keyRow("b", record(4))));
    const slice = overlay.nextSlice(at(3));
    t.same(slice, {
      from: 1,
      watermark: 3,
      rows: [keyRow("a", record(3)), keyRow("b", record(2))],
      meta: { ...FRESH_META, revision: 2, timeMs: 2 },
    });
    overlay.flushed(at(3));
    t.equal(overlay.get(text("a")), undefined, "the tombstone of slot 3 stays and hides the state's row");
    t.match(overlay.get(text("b")), { modRevision: 4 });
  },
);

t.test("a slice closes at the first slot boundary past 8,192 rows or 16 MiB", async (t) => {
  const rows = new Overlay(new TestState(), at(1));
  const large = new Overlay(new TestState(), at(1));
  for (let slot = 1; slot <= 40; slot++) {
    const wide = Array.from({ length: 1000 }, (_, index) => keyRow(`${slot}/${index}`, record(slot)));
    rows.add(effects(slot, ...wide));
    large.add(effects(slot, ...changeRows("same", record(slot, 1024 * 1024))));
  }
  t.match(rows.nextSlice(at(100)), { watermark: 10 }, "9,000 rows: a slot is never cut");
  t.match(large.nextSlice(at(100)), { watermark: 17 }, "overwritten rows count: their memory may be held");
});

t.test("a row that is overwritten before its slice closes is written once", async (t) => {
  const overlay = new Overlay(new TestState(), at(1));
  for (let slot = 1; slot <= 1000; slot++) overlay.add(effects(slot, keyRow("same", record(slot))));
  overlay.seal();
  t.same(overlay.nextSlice(at(2000))?.rows, [keyRow("same", record(1000))]);
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
  overlay.seal();
  t.same(overlay.nextSlice(at(9))?.rows, [{ table: "executed", slot: 1, records: undefined }]);
});
