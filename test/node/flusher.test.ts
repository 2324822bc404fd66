import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import type { StateReader } from "../../src/kv/state.ts";
import { Flusher } from "../../src/node/flusher.ts";
import type { Slice, StateStorage } from "../../src/storage/storage.ts";

const META = { revision: 0, timeMs: 0, keyCount: 0 };

function harness() {
  const slices: { slice: Slice; done: () => void }[] = [];
  const flushed: number[] = [];
  const base: StateReader = { get: () => undefined, range: () => [] };
  const state: StateStorage = {
    ...base,
    recovered: { watermark: slot(1), meta: META, executed: () => [] },
    flush: (slice, done) => slices.push({ slice, done }),
    bytes: () => 0,
  };
  const overlay = new Overlay(base, slot(1));
  const apply = (at: number): void => overlay.add({ slot: slot(at), rows: [], meta: META });
  return {
    overlay,
    slices,
    flushed,
    apply,
    flusher: new Flusher(state, overlay, (watermark) => flushed.push(watermark)),
  };
}

t.test("effects wait a while, so that a row overwritten meanwhile is written once", async (t) => {
  const { flusher, slices, apply } = harness();
  apply(1);
  flusher.poll(0, slot(2), slot(2));
  flusher.poll(500, slot(2), slot(2));
  t.equal(slices.length, 0);
  flusher.poll(1000, slot(2), slot(2));
  t.equal(slices.length, 1);
});

t.test("a slice never passes what the log holds as learned on disk", async (t) => {
  const { flusher, slices, flushed, apply } = harness();
  for (const at of [1, 2, 3]) apply(at);
  flusher.poll(0, slot(1), slot(4));
  flusher.poll(2000, slot(1), slot(4));
  t.equal(slices.length, 0, "nothing is learned on disk yet");
  flusher.poll(2010, slot(3), slot(4));
  t.equal(slices[0]?.slice.watermark, 3);
  t.strictSame(flushed, []);
  slices[0]?.done();
  t.strictSame(flushed, [3]);
});

t.test("one slice is under way at a time", async (t) => {
  const { flusher, slices, apply } = harness();
  apply(1);
  flusher.poll(0, slot(2), slot(2));
  flusher.poll(1000, slot(2), slot(2));
  apply(2);
  flusher.poll(3000, slot(3), slot(3));
  t.equal(slices.length, 1);
  t.equal(flusher.idle, false);
  slices[0]?.done();
  t.equal(flusher.idle, true);
});
