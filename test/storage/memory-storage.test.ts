import t from "tap";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import type { Random } from "../../src/base/seams.ts";
import { MemoryDisk } from "../../src/storage/memory-disk.ts";
import { type CommitScheduler, MemoryStorage } from "../../src/storage/memory-storage.ts";
import {
  bytesOf,
  crypto,
  entryWrite,
  group,
  IDENTITY,
  keyRow,
  learned,
  pattern,
  promise,
  record,
  sliceOf,
  stillTimers,
} from "../contract/storage-fixture.ts";

/** A random source that answers from a list. */
function answers(...list: number[]): Random {
  return { below: () => list.shift() ?? 0, bytes: (count) => new Uint8Array(count) };
}

function openWith(disk: MemoryDisk, schedule: CommitScheduler = () => undefined): MemoryStorage {
  return new MemoryStorage(disk, { schedule, crypto, timers: stillTimers });
}

/** A storage whose commits end when the test says so. */
function openHeld(disk = new MemoryDisk(IDENTITY)) {
  const waiting: (() => void)[] = [];
  const storage = openWith(disk, (_what, finish) => waiting.push(finish));
  return { storage, finish: () => waiting.shift()?.() };
}

t.test("a commit that ended survives a crash, whatever the dice say", async (t) => {
  const { storage, finish } = openHeld();
  let done = 0;
  storage.writeLog([group(promise(1), entryWrite(1, pattern(9)), learned(2))], () => done++);
  t.equal(done, 0, "nothing ends by itself");
  finish();
  t.equal(done, 1);
  const reopened = openWith(storage.crash(answers(0)));
  t.match(reopened.recoverLog(GROUP_ZERO), { learned: 2, end: 2 });
  t.equal(reopened.identity.startCount, 2);
});

t.test(
  "a commit under way is there wholly or not at all after a crash, and its done never runs",
  async (t) => {
    for (const [log, state] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const { storage, finish } = openHeld();
      storage.writeLog([group(promise(1), entryWrite(1, pattern(9)), learned(2))], () => undefined);
      finish();
      storage.writeLog([group(promise(7), entryWrite(2, pattern(9)))], () => t.fail("done"));
      storage
        .state(GROUP_ZERO)
        .flush(sliceOf(1, 2, [keyRow(bytesOf("k"), record(bytesOf("v")))], 1), () => t.fail("done"));
      const disk = storage.crash(answers(log, state));
      finish();
      finish();
      const reopened = openWith(disk);
      const found = reopened.recoverLog(GROUP_ZERO);
      t.equal(found.end, log === 1 ? 3 : 2);
      t.equal(found.promised > 2048, log === 1);
      t.equal(reopened.state(GROUP_ZERO).recovered.watermark, state === 1 ? 2 : 1);
      t.equal(reopened.state(GROUP_ZERO).get(bytesOf("k")) === undefined, state === 0);
    }
  },
);

t.test("what is not durable yet cannot be read", async (t) => {
  const { storage, finish } = openHeld();
  const state = storage.state(GROUP_ZERO);
  storage.writeLog([group(promise(1), entryWrite(1, pattern(9)))], () => undefined);
  state.flush(sliceOf(1, 2, [keyRow(bytesOf("k"), record(bytesOf("v")))], 1), () => undefined);
  t.equal(storage.logReader(GROUP_ZERO).read(slot(1)), undefined);
  t.equal(state.get(bytesOf("k")), undefined);
  finish();
  finish();
  t.type(storage.logReader(GROUP_ZERO).read(slot(1)), "object");
  t.type(state.get(bytesOf("k")), "object");
});

t.test("damage is reported now and after a crash", async (t) => {
  const { storage, finish } = openHeld();
  storage.writeLog(
    [group(promise(1), entryWrite(1, pattern(9)), entryWrite(2, pattern(9)))],
    () => undefined,
  );
  finish();
  storage.damage(GROUP_ZERO, slot(2));
  storage.damage(GROUP_ZERO, slot(5));
  t.equal(storage.logReader(GROUP_ZERO).read(slot(2)), "damaged");
  const reopened = openWith(storage.crash(answers()));
  t.same(reopened.recoverLog(GROUP_ZERO).damaged, [2]);
});

t.test("what is damaged under an open log is noticed at the next start alone", async (t) => {
  const { storage, finish } = openHeld();
  storage.writeLog([group(promise(1), entryWrite(1, pattern(9)))], () => undefined);
  finish();
  storage.damage(GROUP_ZERO, slot(1));
  storage.writeLog([group(learned(2))], () => undefined);
  finish();
  const disk = storage.crash(answers());
  const reopened = openWith(disk);
  t.match(reopened.recoverLog(GROUP_ZERO), { learned: 2, damaged: [1], accepted: [] });
  t.throws(() => {
    reopened.writeLog([group(promise(1), entryWrite(3, pattern(9)), learned(4))], () => undefined);
  }, /I16/);
});

t.test("a torn commit is there, with some of its entries damaged", async (t) => {
  const { storage, finish } = openHeld();
  storage.writeLog([group(promise(1), entryWrite(1, pattern(9)))], () => undefined);
  finish();
  const writes = [promise(2), ...[2, 3, 4].map((at) => entryWrite(at, pattern(9, at), { round: 2 }))];
  storage.writeLog([group(...writes)], () => undefined);
  const fates: unknown[] = [];
  const disk = storage.crash(answers(0, 1, 0, 1), {
    tears: true,
    onFate: (...fate) => fates.push(fate),
  });
  t.same(fates, [["log", true, [3, 4]]]);
  const { summary, damaged, entries } = disk.log(GROUP_ZERO);
  t.same([...damaged], [3, 4]);
  t.same([...entries.keys()], [1, 2]);
  t.equal(summary.end, 5);
});

t.test("nothing of a refused commit is ever on the disk", async (t) => {
  for (const [what, writeIt] of [
    ["log", (storage: MemoryStorage) => storage.writeLog([group(promise(3))], () => undefined)],
    [
      "state",
      (storage: MemoryStorage) => storage.state(GROUP_ZERO).flush(sliceOf(1, 2, [], 0), () => undefined),
    ],
  ] as const) {
    const disk = new MemoryDisk(IDENTITY);
    disk.log(GROUP_ZERO).apply([promise(1), entryWrite(1, pattern(9)), learned(2)]);
    const storage = openWith(disk, (_what, _finish, refuse) => refuse());
    writeIt(storage);
    const left = storage.crash(answers(1, 1));
    t.equal(left.log(GROUP_ZERO).summary.promised, disk.log(GROUP_ZERO).summary.promised, what);
    t.equal(left.state(GROUP_ZERO).watermark, 1, what);
  }
});
