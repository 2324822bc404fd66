import { crc32 } from "node:zlib";
import t from "tap";
import { BALLOT_ZERO, type Slot, slot } from "../../src/base/ids.ts";
import { OVERLAY_BYTES_MAX } from "../../src/base/limits.ts";
import type { Batch } from "../../src/kv/command.ts";
import { Machine } from "../../src/kv/machine.ts";
import { Overlay } from "../../src/kv/overlay.ts";
import type { AppliedState } from "../../src/kv/state.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import { Applier } from "../../src/node/applier.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import type { Value } from "../../src/paxos/value.ts";

const EMPTY_STATE: AppliedState = {
  get: () => undefined,
  range: () => [],
  tombstone: () => undefined,
  tombstones: () => [],
  eventRows: () => [],
};
const BATCH: Batch = { stampMs: 1, wallMs: 1, reign: BALLOT_ZERO, commands: [] };

function value(size = 1): Value {
  return { kind: "batch", bytes: new Uint8Array(size) };
}

function harness(applied: number, chosen: number) {
  const log = new Map<Slot, LogEntry | "damaged">();
  let learnedDurable = slot(chosen);
  const order: number[] = [];
  const values: Value[] = [];
  const overlay = new Overlay(EMPTY_STATE, slot(applied));
  const machine = new Machine(
    overlay,
    { meta: FRESH_META, executed: () => [], leases: () => [], expiries: () => [], principals: () => [] },
    { crc32: (bytes, seed) => crc32(bytes, seed ?? 0) },
  );
  const applier = new Applier(
    {
      machine,
      overlay,
      log: { read: (wanted) => log.get(wanted) },
      learnedDurable: () => learnedDurable,
      decode: () => BATCH,
      batchOf: () => undefined,
      onApplied: (done, value) => {
        order.push(done);
        values.push(value);
      },
    },
    slot(applied),
    slot(chosen),
  );
  const accept = (at: number, accepted: Value): void => {
    log.set(slot(at), { slot: slot(at), ballot: BALLOT_ZERO, value: accepted, chosen: false });
  };
  /** The chosen value, and the knowledge that it is, are on disk. */
  const store = (at: number, stored = value()): void => {
    accept(at, stored);
    if (at >= learnedDurable) learnedDurable = slot(at + 1);
  };
  return { applier, overlay, order, values, log, accept, store };
}

t.test("what is learned on disk is applied first, then what is chosen after it", async (t) => {
  const { applier, order, store } = harness(1, 3);
  store(1);
  store(2);
  applier.add([{ slot: slot(3), value: value() }]);
  store(3);
  applier.run();
  t.strictSame(order, [1, 2, 3]);
  t.equal(applier.applied, 4);
  t.equal(applier.isBehind, false);
});

t.test("a damaged or unwritten row holds everything after it back until it is there", async (t) => {
  const { applier, order, log, store } = harness(1, 3);
  log.set(slot(1), "damaged");
  store(2);
  applier.run();
  t.strictSame(order, []);
  store(1);
  applier.run();
  t.strictSame(order, [1, 2]);
});

t.test("slots arrive without a gap (I14)", async (t) => {
  const { applier } = harness(1, 1);
  t.throws(() => applier.add([{ slot: slot(2), value: value() }]), { message: /I14/ });
});

t.test("long replays leave the loop its turns", async (t) => {
  const { applier, order, store } = harness(1, 201);
  for (let at = 1; at <= 200; at++) store(at);
  t.equal(applier.run(), true);
  t.ok(order.length < 200);
  while (applier.run());
  t.equal(order.length, 200);
});

t.test("values beyond the memory bound come back from the log", async (t) => {
  const { applier, order, store } = harness(1, 1);
  const large = 9 * 1024 * 1024;
  applier.add([
    { slot: slot(1), value: value(large) },
    { slot: slot(2), value: value(large) },
    { slot: slot(3), value: value() },
  ]);
  applier.run();
  t.strictSame(order, [1], "the second did not fit and is not on disk yet");
  store(2);
  store(3);
  applier.run();
  t.strictSame(order, [1, 2, 3]);
});

t.test("a value that was accepted and lost is never applied in place of the chosen one (I14)", async (t) => {
  const lost = value(1);
  const won = value(2);
  await t.test("when it was chosen while what came before was being replayed", async (t) => {
    const { applier, values, accept, store } = harness(1, 3);
    store(1);
    store(2);
    accept(3, lost);
    applier.add([{ slot: slot(3), value: won }]);
    applier.run();
    t.equal(values[2], won);
  });
  await t.test("when it did not fit in memory", async (t) => {
    const { applier, values, accept, store } = harness(1, 1);
    accept(3, lost);
    const large = value(9 * 1024 * 1024);
    applier.add([
      { slot: slot(1), value: large },
      { slot: slot(2), value: large },
      { slot: slot(3), value: won },
    ]);
    applier.run();
    store(2, large);
    applier.run();
    t.equal(values.length, 2, "the chosen value is still being written");
    store(3, won);
    applier.run();
    t.equal(values[2], won);
  });
});

t.test("what is chosen during a replay is applied from memory, right after it", async (t) => {
  const { applier, order, store } = harness(1, 101);
  for (let at = 1; at <= 100; at++) store(at);
  applier.run();
  applier.add([{ slot: slot(101), value: value() }]);
  applier.run();
  applier.add([{ slot: slot(102), value: value() }]);
  while (applier.run());
  t.equal(applier.applied, 103);
  t.equal(order.length, 102);
});

t.test("nothing is applied while the overlay is full", async (t) => {
  const { applier, order, overlay } = harness(1, 1);
  const fat = new Uint8Array(OVERLAY_BYTES_MAX);
  const record = { value: fat, createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
  const meta = { ...FRESH_META, revision: 1, timeMs: 1, keyCount: 1 };
  const events = [{ key: new Uint8Array(1), revision: 1, record, previousRevision: 0 }];
  overlay.add({ slot: slot(1), rows: [{ table: "events", revision: 1, part: 0, events }], meta });
  applier.add([{ slot: slot(1), value: value() }]);
  t.equal(applier.hasRoom, false);
  t.equal(applier.run(), false);
  t.strictSame(order, []);
});
