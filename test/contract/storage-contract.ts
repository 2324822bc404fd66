import type { Test } from "tap";
import { GROUP_ZERO, type GroupId, nodeId, type Slot, slot } from "../../src/base/ids.ts";
import type { ExecutedRecord } from "../../src/kv/state.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import type { Storage } from "../../src/storage/storage.ts";
import {
  bal,
  bytesOf,
  entryAt,
  entryWrite,
  flush,
  group,
  IDENTITY,
  keyRow,
  learned,
  pattern,
  plain,
  promise,
  record,
  sliceOf,
  slotsOf,
  truncate,
  write,
} from "./storage-fixture.ts";

/** One kind of storage under test: a directory that can be opened again and again. */
export interface StorageUnderTest {
  open(): Promise<Storage>;
  /** Damages the slot's record while nobody has it open. */
  damage(group: GroupId, slot: Slot): Promise<void>;
  /** Releases everything; also when a test failed half-way. */
  dispose(): Promise<void>;
}

type Maker = (t: Test) => Promise<StorageUnderTest>;

/** What every storage promises; `make` gives a fresh, initialised one. */
export function storageContract(t: Test, make: Maker): void {
  identityContract(t, make);
  logContract(t, make);
  commitContract(t, make);
  truncateContract(t, make);
  damageContract(t, make);
  stateContract(t, make);
}

function identityContract(t: Test, make: Maker): void {
  t.test("a fresh storage knows who it is and holds nothing", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    t.same(plain(storage.identity), plain({ ...IDENTITY, startCount: 1 }));
    t.same(storage.peers, []);
    t.same(plain(storage.recoverLog(GROUP_ZERO)), {
      promised: 0,
      acceptedMax: 0,
      firstKept: 1,
      learned: 1,
      digest: 0,
      end: 1,
      accepted: [],
      damaged: [],
    });
    t.equal(storage.logReader(GROUP_ZERO).read(slot(1)), undefined);
    const { recovered } = storage.state(GROUP_ZERO);
    t.equal(recovered.watermark, 1);
    t.same(recovered.meta, { revision: 0, timeMs: 0, keyCount: 0 });
    t.same([...recovered.executed()], []);
    await storage.close();
    await subject.dispose();
  });

  t.test("the start count rises with every start and nothing else changes", async (t) => {
    const subject = await make(t);
    for (let count = 1; count <= 4; count++) {
      const storage = await subject.open();
      t.same(plain(storage.identity), plain({ ...IDENTITY, startCount: count }));
      await storage.close();
    }
    await subject.dispose();
  });

  t.test("peers are remembered, the latest word for each", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const peer = (node: number, startCount: number) => ({
      node: nodeId(node),
      incarnation: pattern(16, node),
      startCount,
    });
    await new Promise<void>((resolve) =>
      first.writeLog(
        [{ kind: "peer", peer: peer(3, 4) }, group(promise(1)), { kind: "peer", peer: peer(1, 7) }],
        resolve,
      ),
    );
    await new Promise<void>((resolve) => first.writeLog([{ kind: "peer", peer: peer(3, 5) }], resolve));
    const expected = plain([peer(1, 7), peer(3, 5)]);
    t.same(plain([...first.peers].sort((a, b) => a.node - b.node)), expected);
    await first.close();
    const second = await subject.open();
    t.same(plain(second.peers), expected);
    t.equal(second.recoverLog(GROUP_ZERO).promised, bal(1));
    await second.close();
    await subject.dispose();
  });
}

function logContract(t: Test, make: Maker): void {
  t.test("what was written is recovered, entry by entry", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const entries: LogEntry[] = [
      entryAt(1, pattern(10), { round: 1 }),
      entryAt(2, new Uint8Array(0), { kind: "noop" }),
      entryAt(3, pattern(5000, 3), { kind: "membership", chosen: true }),
      entryAt(4, pattern(300, 4), { round: 2 }),
      entryAt(7, pattern(1, 7), { round: 2 }),
    ];
    await write(first, promise(2), ...entries.map((entry) => ({ kind: "entry" as const, entry })));
    await write(first, learned(3, 12345.5));
    for (const entry of entries) {
      t.same(plain(first.logReader(GROUP_ZERO).read(entry.slot)), plain(entry), `slot ${entry.slot} before`);
    }
    await first.close();

    const second = await subject.open();
    const log = second.recoverLog(GROUP_ZERO);
    t.match(log, {
      promised: bal(2),
      acceptedMax: bal(2),
      firstKept: 1,
      learned: 3,
      digest: 12345.5,
      end: 8,
    });
    t.same(plain(log.accepted), plain(entries.slice(2)), "from the learned watermark on");
    t.same(log.damaged, []);
    const reader = second.logReader(GROUP_ZERO);
    for (const entry of entries) t.same(plain(reader.read(entry.slot)), plain(entry), `slot ${entry.slot}`);
    for (const gap of [5, 6, 8]) t.equal(reader.read(slot(gap)), undefined, `slot ${gap} is empty`);
    await second.close();
    await subject.dispose();
  });

  t.test("values of every length come back whole", async (t) => {
    const subject = await make(t);
    const lengths = [0, 1, 1972, 1973, 1974, 3963, 3964, 3965, 3966, 18_000, 65_536, 1_048_576, 4_260_000];
    const first = await subject.open();
    await write(first, promise(1));
    for (const [index, length] of lengths.entries()) {
      await write(first, entryWrite(index + 1, pattern(length, index)));
    }
    await first.close();
    const second = await subject.open();
    const { accepted, damaged } = second.recoverLog(GROUP_ZERO);
    t.same(damaged, []);
    for (const [index, length] of lengths.entries()) {
      const same = Buffer.from(accepted[index]?.value.bytes ?? []).equals(pattern(length, index));
      t.ok(same, `${length} bytes`);
    }
    await second.close();
    await subject.dispose();
  });

  t.test("a higher ballot replaces the value, whether shorter or longer", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const lengths = [9000, 10, 7000, 0, 2500];
    for (const [index, length] of lengths.entries()) {
      const round = index + 1;
      await write(first, promise(round), entryWrite(1, pattern(length, round), { round }));
      const read = first.logReader(GROUP_ZERO).read(slot(1));
      t.same(plain(read), plain(entryAt(1, pattern(length, round), { round })), `${length} bytes`);
    }
    await write(
      first,
      promise(9),
      entryWrite(2, pattern(8000), { round: 8 }),
      entryWrite(2, pattern(5), { round: 9 }),
    );
    await first.close();
    const second = await subject.open();
    const expected = [entryAt(1, pattern(2500, 5), { round: 5 }), entryAt(2, pattern(5), { round: 9 })];
    t.same(plain(second.recoverLog(GROUP_ZERO).accepted), plain(expected));
    t.equal(second.recoverLog(GROUP_ZERO).acceptedMax, bal(9));
    await second.close();
    await subject.dispose();
  });

  t.test("what breaks an invariant is refused at the call", async (t) => {
    // A refusal leaves a storage that must not be used any further, hence a fresh one for each.
    const broken = [promise(4), entryWrite(2, pattern(4), { round: 6 }), learned(3), truncate(2)];
    for (const one of broken) {
      const subject = await make(t);
      const storage = await subject.open();
      await write(storage, promise(5), entryWrite(1, pattern(4), { round: 5 }));
      const call = () => storage.writeLog([group(one)], () => t.fail("done"));
      t.throws(call, { name: "AssertionError" }, one.kind);
      await subject.dispose();
    }
  });

  t.test("groups do not see each other", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const other = 5 as GroupId;
    await new Promise<void>((resolve) =>
      first.writeLog(
        [
          group(promise(1), entryWrite(1, pattern(3000, 1))),
          { kind: "group", group: other, writes: [promise(3), entryWrite(2, pattern(40, 2), { round: 3 })] },
        ],
        resolve,
      ),
    );
    await first.close();
    const second = await subject.open();
    t.same(slotsOf(second.recoverLog(GROUP_ZERO).accepted), [1]);
    t.same(slotsOf(second.recoverLog(other).accepted), [2]);
    t.equal(second.recoverLog(other).promised, bal(3));
    t.equal(second.logReader(other).read(slot(1)), undefined);
    await second.close();
    await subject.dispose();
  });
}

function commitContract(t: Test, make: Maker): void {
  t.test("done runs once, never within the call, and then the writes can be read", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    let calls = 0;
    let within = true;
    await new Promise<void>((resolve) => {
      storage.writeLog([group(promise(1), entryWrite(1, pattern(100)))], () => {
        calls++;
        t.notOk(within, "a turn of its own");
        t.type(storage.logReader(GROUP_ZERO).read(slot(1)), "object");
        resolve();
      });
      within = false;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.equal(calls, 1);
    await storage.close();
    await subject.dispose();
  });

  t.test("a commit from within done follows in order", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await write(first, promise(1));
    await new Promise<void>((resolve) => {
      const next = (at: number): void => {
        if (at > 50) resolve();
        else first.writeLog([group(entryWrite(at, pattern(600, at)), learned(at + 1))], () => next(at + 1));
      };
      next(1);
    });
    await first.close();
    const second = await subject.open();
    t.match(second.recoverLog(GROUP_ZERO), { learned: 51, end: 51, digest: 51 * 31, damaged: [] });
    t.same(plain(second.logReader(GROUP_ZERO).read(slot(50))), plain(entryAt(50, pattern(600, 50))));
    await second.close();
    await subject.dispose();
  });

  t.test("one log commit at a time", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    const written = write(storage, promise(1));
    t.throws(() => storage.writeLog([group(promise(2))], () => undefined), { name: "AssertionError" });
    await written;
    await storage.close();
    await subject.dispose();
  });
}

function truncateContract(t: Test, make: Maker): void {
  t.test("truncated slots are gone, what is kept stays, and the room is used again", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await write(first, promise(1));
    let bytesMax = 0;
    for (let at = 1; at <= 2000; at += 20) {
      const writes = Array.from({ length: 20 }, (_, index) =>
        entryWrite(at + index, pattern(900, at + index)),
      );
      await write(first, ...writes, learned(at + 20));
      if (at >= 401) await flushUpTo(first, at);
      if (at % 200 === 1 && at > 400) await write(first, truncate(at - 200));
      bytesMax = Math.max(bytesMax, first.logBytes());
    }
    t.ok(bytesMax < 2000 * 900 * 0.9, `never more than ${bytesMax} bytes`);
    t.equal(first.logReader(GROUP_ZERO).read(slot(1)), undefined);
    await first.close();
    const second = await subject.open();
    const log = second.recoverLog(GROUP_ZERO);
    t.match(log, { firstKept: 1601, learned: 2001, end: 2001, damaged: [], accepted: [] });
    const reader = second.logReader(GROUP_ZERO);
    t.equal(reader.read(slot(1600)), undefined);
    for (const at of [1601, 1777, 2000]) {
      t.same(plain(reader.read(slot(at))), plain(entryAt(at, pattern(900, at))), `slot ${at}`);
    }
    await second.close();
    await subject.dispose();
  });
}

async function flushUpTo(storage: Storage, at: number): Promise<void> {
  const state = storage.state(GROUP_ZERO);
  const from = flushed.get(state) ?? state.recovered.watermark;
  await flush(state, sliceOf(from, at, [], 0));
  flushed.set(state, slot(at));
}

const flushed = new WeakMap<object, Slot>();

function damageContract(t: Test, make: Maker): void {
  t.test("a damaged record is reported as damaged until it is written again", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    const writes = [1, 2, 3, 4, 5, 6].map((at) => entryWrite(at, pattern(3000, at)));
    await write(first, promise(1), ...writes, learned(4));
    await first.close();
    await subject.damage(GROUP_ZERO, slot(2));
    await subject.damage(GROUP_ZERO, slot(5));

    const second = await subject.open();
    const log = second.recoverLog(GROUP_ZERO);
    t.same(log.damaged, [2, 5]);
    t.same(slotsOf(log.accepted), [4, 6]);
    t.equal(second.logReader(GROUP_ZERO).read(slot(2)), "damaged");
    t.equal(second.logReader(GROUP_ZERO).read(slot(5)), "damaged");
    t.same(plain(second.logReader(GROUP_ZERO).read(slot(3))), plain(entryAt(3, pattern(3000, 3))));
    await second.close();

    const third = await subject.open();
    t.same(third.recoverLog(GROUP_ZERO).damaged, [2, 5], "a restart forgets no damage");
    await write(third, entryWrite(7, pattern(10, 7)));
    await third.close();
    const fourth = await subject.open();
    t.same(fourth.recoverLog(GROUP_ZERO).damaged, [2, 5], "nor does a write beside it");
    await write(fourth, entryWrite(2, pattern(100, 2), { chosen: true }));
    await write(fourth, entryWrite(5, pattern(8000, 5)));
    t.same(plain(fourth.logReader(GROUP_ZERO).read(slot(5))), plain(entryAt(5, pattern(8000, 5))));
    await fourth.close();

    const fifth = await subject.open();
    t.same(fifth.recoverLog(GROUP_ZERO).damaged, [], "healed");
    t.same(slotsOf(fifth.recoverLog(GROUP_ZERO).accepted), [4, 5, 6, 7]);
    const healed = entryAt(2, pattern(100, 2), { chosen: true });
    t.same(plain(fifth.logReader(GROUP_ZERO).read(slot(2))), plain(healed));
    await write(fifth, learned(8));
    await fifth.close();
    await subject.dispose();
  });
}

function stateContract(t: Test, make: Maker): void {
  t.test("a flush is invisible until done and visible at done", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    await learn(storage, 10);
    const state = storage.state(GROUP_ZERO);
    const key = bytesOf("k");
    await flush(state, sliceOf(1, 2, [keyRow(key, record(bytesOf("old"), 1))], 1));
    let ended = false;
    const second = new Promise<void>((resolve) => {
      const rows = [keyRow(key, record(bytesOf("new"), 2)), keyRow(bytesOf("l"), record(bytesOf("x"), 2))];
      // Enough that the commit takes longer than a turn.
      const more = Array.from({ length: 300 }, (_, at) =>
        keyRow(Uint8Array.of(0xff, at >> 8, at), record(pattern(5000))),
      );
      state.flush(sliceOf(2, 3, [...rows, ...more], 302), () => {
        ended = true;
        t.equal(new TextDecoder().decode(state.get(key)?.value), "new", "at done");
        t.equal([...state.range(bytesOf("a"), bytesOf("m"))].length, 2);
        resolve();
      });
    });
    let looks = 0;
    while (!ended) {
      looks++;
      const seen = new TextDecoder().decode(state.get(key)?.value);
      const rows = [...state.range(bytesOf("a"), bytesOf("m"))].length;
      if (seen !== "old" || rows !== 1) t.fail("seen before done");
      // The commit may end in another thread while this one is held up: the turns before done must not see it.
      await new Promise((resolve) => setTimeout(resolve, 1));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ended ? 0 : 50);
    }
    t.ok(looks > 0);
    await second;
    await storage.close();
    await subject.dispose();
  });

  t.test("keys of all bytes and values of every length are kept, in order, and deleted", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 10);
    const keys = [
      ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
      ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(0xff, byte, 0)),
      new Uint8Array(1024).fill(0),
      new Uint8Array(1024).fill(0xff),
    ];
    const lengths = [0, 1, 2027, 4096, 1_048_576];
    const rows = keys.map((key, index) => keyRow(key, record(pattern(lengths[index] ?? 3, index), index)));
    await flush(first.state(GROUP_ZERO), sliceOf(1, 4, rows, rows.length));
    await flush(
      first.state(GROUP_ZERO),
      sliceOf(4, 5, [keyRow(Uint8Array.of(9), undefined)], rows.length - 1),
    );
    await first.close();

    const second = await subject.open();
    const state = second.state(GROUP_ZERO);
    t.equal(state.recovered.watermark, 5);
    t.same(state.recovered.meta, { revision: 50, timeMs: 1_700_000_000_005.25, keyCount: rows.length - 1 });
    t.equal(state.get(Uint8Array.of(9)), undefined);
    for (const [index, key] of keys.entries()) {
      if (index === 9) continue;
      const expected = record(pattern(lengths[index] ?? 3, index), index);
      const { value, ...marks } = state.get(key) ?? expected;
      const same = Buffer.from(value).equals(expected.value) && state.get(key) !== undefined;
      if (!same || marks.modRevision !== expected.modRevision) t.fail(`key ${index}`);
    }
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
    const all = [...state.range(new Uint8Array(0), undefined)].map(([key]) => hex(key));
    const sorted = keys.filter((_, index) => index !== 9).sort((a, b) => Buffer.compare(a, b));
    t.same(all, sorted.map(hex));
    const some = [...state.range(Uint8Array.of(0xff, 3), Uint8Array.of(0xff, 5, 0))].map(([key]) => hex(key));
    t.same(some, ["ff0300", "ff0400"], "the start is in, the end is not");
    t.same([...state.range(Uint8Array.of(5), Uint8Array.of(5))], []);
    t.ok(state.bytes() > 0);
    await second.close();
    await subject.dispose();
  });

  t.test("a range may be left half-way", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    await learn(storage, 10);
    const state = storage.state(GROUP_ZERO);
    const rows = Array.from({ length: 100 }, (_, at) => keyRow(Uint8Array.of(at), record(pattern(5000, at))));
    await flush(state, sliceOf(1, 2, rows, 100));
    for (let round = 0; round < 300; round++) {
      for (const [key] of state.range(new Uint8Array(0), undefined)) if (key[0] === 3) break;
    }
    await flush(state, sliceOf(2, 3, [keyRow(Uint8Array.of(1), undefined)], 99));
    t.equal([...state.range(new Uint8Array(0), undefined)].length, 99);
    await storage.close();
    await subject.dispose();
  });

  t.test("the rows of the exactly-once table come back whole, ascending", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 10);
    const rows = [7, 3, 5].map((at) => ({
      table: "executed" as const,
      slot: slot(at),
      records: executedRecords(at),
    }));
    await flush(first.state(GROUP_ZERO), sliceOf(1, 8, rows, 0));
    const gone = [{ table: "executed" as const, slot: slot(5), records: undefined }];
    await flush(first.state(GROUP_ZERO), sliceOf(8, 9, gone, 0));
    await first.close();
    const second = await subject.open();
    const found = [...second.state(GROUP_ZERO).recovered.executed()];
    t.same(plain(found), plain([3, 7].map((at) => ({ slot: at, records: executedRecords(at) }))));
    await second.close();
    await subject.dispose();
  });

  t.test("a slice must continue the last one", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    await learn(storage, 10);
    const state = storage.state(GROUP_ZERO);
    t.throws(() => state.flush(sliceOf(2, 3, [], 0), () => t.fail("done")), { name: "AssertionError" });
    t.throws(() => state.flush(sliceOf(1, 1, [], 0), () => t.fail("done")), { name: "AssertionError" });
    await flush(state, sliceOf(1, 3, [], 0));
    t.throws(() => state.flush(sliceOf(1, 4, [], 0), () => t.fail("done")), { name: "AssertionError" });
    await storage.close();
    await subject.dispose();
  });
}

/** Lets the log say that every slot below `end` is chosen, as it does before a state may hold them. */
async function learn(storage: Storage, end: number): Promise<void> {
  const writes = Array.from({ length: end - 1 }, (_, index) => entryWrite(index + 1, pattern(10, index)));
  await write(storage, promise(1), ...writes, learned(end));
}

function executedRecords(seed: number): ExecutedRecord[] {
  const base = (sequence: number) => ({
    client: pattern(16, seed),
    sequence,
    acknowledged: sequence - 1,
    payloadHash: 0xdeadbeef + seed,
    keepUntilMs: 1_700_000_000_000.5,
    clientKeepUntilMs: 1_700_000_100_000,
  });
  const previous = record(pattern(2000, seed), 77);
  const failure = {
    code: "bad_value" as const,
    outcome: "not_applied" as const,
    retryable: false,
    message: "é…",
  };
  return [
    {
      ...base(1),
      outcome: {
        kind: "result",
        result: { kind: "put", revision: 5, createRevision: 2, version: 3, previous },
      },
    },
    {
      ...base(2),
      outcome: {
        kind: "result",
        result: { kind: "delete", revision: 6, deleted: false, previous: undefined },
      },
    },
    { ...base(3), outcome: { kind: "failure", failure } },
    { ...base(4), outcome: { kind: "too-large", revision: 8 } },
  ];
}
