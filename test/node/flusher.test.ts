import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { SLICE_BYTES_MAX } from "../../src/base/limits.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import type { AppliedState } from "../../src/kv/state.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import { Flusher } from "../../src/node/flusher.ts";
import type { Slice, StateStorage } from "../../src/storage/storage.ts";

const META = FRESH_META;
const MEMBERSHIP = { epoch: 1, members: [], nextNodeId: 1 };

function harness() {
  const slices: { slice: Slice; done: () => void }[] = [];
  const flushed: number[] = [];
  const base: AppliedState = {
    get: () => undefined,
    range: () => [],
    tombstone: () => undefined,
    tombstones: () => [],
    eventRows: () => [],
  };
  const state: StateStorage = {
    ...base,
    isLost: false,
    fence: undefined,
    recovered: {
      watermark: slot(1),
      meta: META,
      digest: 0,
      stateHash: 0,
      membership: MEMBERSHIP,
      executed: () => [],
      leases: () => [],
      expiries: () => [],
      principals: () => [],
    },
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
    flusher: new Flusher(
      state,
      overlay,
      (watermark) => ({ digest: watermark * 31, stateHash: watermark, membership: MEMBERSHIP }),
      (watermark) => flushed.push(watermark),
    ),
  };
}

t.test("effects wait a while, so that a row overwritten meanwhile is written once", async (t) => {
  const { flusher, slices, apply } = harness();
  apply(1);
  flusher.poll(0, slot(2));
  flusher.poll(4999, slot(2));
  t.equal(slices.length, 0);
  flusher.poll(5000, slot(2));
  t.equal(slices.length, 1);
});

t.test("a full slice does not wait", async (t) => {
  const { flusher, slices, overlay } = harness();
  const record = {
    value: new Uint8Array(SLICE_BYTES_MAX),
    createRevision: 1,
    modRevision: 1,
    version: 1,
    leaseId: 0,
  };
  const events = [{ key: Uint8Array.of(1), revision: 1, record, previousRevision: 0 }];
  overlay.add({ slot: slot(1), rows: [{ table: "events", revision: 1, part: 0, events }], meta: META });
  flusher.poll(0, slot(2));
  t.equal(slices[0]?.slice.watermark, 2);
});

t.test("a slice never passes what the log holds as learned on disk", async (t) => {
  const { flusher, slices, flushed, apply } = harness();
  for (const at of [1, 2, 3]) apply(at);
  flusher.poll(0, slot(1));
  flusher.poll(5000, slot(1));
  apply(4);
  flusher.poll(5010, slot(3));
  t.equal(slices.length, 0, "slot 3, the last of the slice, is not learned on disk yet");
  flusher.poll(5020, slot(4));
  t.equal(slices[0]?.slice.digest, 4 * 31);
  t.equal(slices[0]?.slice.watermark, 4, "what came after its time had come is left to the next");
  t.strictSame(flushed, []);
  slices[0]?.done();
  t.strictSame(flushed, [4]);
});

t.test("one slice is under way at a time", async (t) => {
  const { flusher, slices, apply } = harness();
  apply(1);
  flusher.poll(0, slot(2));
  flusher.poll(5000, slot(2));
  apply(2);
  flusher.poll(10_000, slot(3));
  flusher.poll(15_000, slot(3));
  t.equal(slices.length, 1);
  t.equal(flusher.idle, false);
  slices[0]?.done();
  t.equal(flusher.idle, true);
  flusher.poll(15_010, slot(3));
  t.equal(slices[1]?.slice.watermark, 3);
});

t.test("after a flush the next effects wait as long again", async (t) => {
  const { flusher, slices, apply } = harness();
  apply(1);
  flusher.poll(0, slot(9));
  flusher.poll(5000, slot(9));
  slices[0]?.done();
  apply(2);
  flusher.poll(5010, slot(9));
  flusher.poll(9990, slot(9));
  t.equal(slices.length, 1);
  flusher.poll(10_010, slot(9));
  t.equal(slices[1]?.slice.watermark, 3);
});
