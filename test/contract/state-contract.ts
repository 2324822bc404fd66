import type { Test } from "tap";
import type { Conflict } from "../../src/base/errors.ts";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import type { KeyRecord, Result } from "../../src/kv/command.ts";
import type { Principal } from "../../src/kv/principal.ts";
import {
  type ExecutedRecord,
  type Expiry,
  FRESH_META,
  type Lease,
  type MachineMeta,
  type Row,
} from "../../src/kv/state.ts";
import type { Storage } from "../../src/storage/storage.ts";
import {
  bytesOf,
  entryWrite,
  flush,
  keyRow,
  learned,
  pattern,
  plain,
  promise,
  record,
  sliceOf,
  write,
} from "./storage-fixture.ts";
import type { MakeStorage } from "./storage-under-test.ts";

/** What the state of every storage promises. */
export function stateContract(t: Test, make: MakeStorage): void {
  t.test("leases, and what ends keys, are there again after a restart, in order", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    await learn(storage, 10);
    const state = storage.state(GROUP_ZERO);
    const lease: Lease = { ttlMs: 30_000, expiresMs: 1_700_000_030_000 };
    const ttl: Expiry = { kind: "ttl", expiresMs: 1_700_000_000_100 };
    const leased: Expiry = { kind: "lease", leaseId: 300 };
    const gone: Expiry = { kind: "lease", leaseId: 7 };
    const rows: Row[] = [
      { table: "leases", id: 300, lease: { ...lease, owner: "ada" } },
      { table: "leases", id: 2 ** 53 - 1, lease: { ...lease, expiresMs: 0 } },
      { table: "leases", id: 7, lease },
      { table: "expiries", key: bytesOf("b"), expiry: leased },
      { table: "expiries", key: Uint8Array.of(0xff, 0), expiry: ttl },
      { table: "expiries", key: bytesOf("a"), expiry: gone },
    ];
    await flush(state, { ...sliceOf(1, 2, rows, 0), meta: countsOf(3, 3) });
    const removed: Row[] = [
      { table: "leases", id: 7, lease: undefined },
      { table: "expiries", key: bytesOf("a"), expiry: undefined },
    ];
    await flush(state, { ...sliceOf(2, 3, removed, 0), meta: countsOf(2, 2) });
    await storage.close();
    const second = await subject.open();
    const { recovered } = second.state(GROUP_ZERO);
    t.same(recovered.meta, countsOf(2, 2));
    t.same(plain([...recovered.leases()]), [
      { id: 300, lease: { ...lease, owner: "ada" } },
      { id: 2 ** 53 - 1, lease: { ...lease, expiresMs: 0 } },
    ]);
    t.same(
      plain([...recovered.expiries()]),
      plain([
        { key: bytesOf("b"), expiry: leased },
        { key: Uint8Array.of(0xff, 0), expiry: ttl },
      ]),
    );
    await second.close();
    await subject.dispose();
  });
  t.test("principals are there again after a restart, in order", async (t) => {
    const subject = await make(t);
    const storage = await subject.open();
    await learn(storage, 10);
    const [plainOne, rotated] = [principalOf(1), { ...principalOf(2), role: "read-only" as const }];
    const former = { verifier: pattern(32, 9), untilMs: 1_700_000_000_000 };
    const rows: Row[] = [
      { table: "principals", id: "zoe", principal: { ...rotated, former } },
      { table: "principals", id: "gone", principal: plainOne },
      { table: "principals", id: "ada", principal: plainOne },
    ];
    const state = storage.state(GROUP_ZERO);
    await flush(state, { ...sliceOf(1, 2, rows, 0), meta: { ...FRESH_META, principalCount: 3 } });
    const removed: Row[] = [{ table: "principals", id: "gone", principal: undefined }];
    await flush(state, { ...sliceOf(2, 3, removed, 0), meta: { ...FRESH_META, principalCount: 2 } });
    await storage.close();
    const second = await subject.open();
    const { recovered } = second.state(GROUP_ZERO);
    t.equal(recovered.meta.principalCount, 2);
    t.same(
      plain([...recovered.principals()]),
      plain([
        { id: "ada", principal: plainOne },
        { id: "zoe", principal: { ...rotated, former } },
      ]),
    );
    await second.close();
    await subject.dispose();
  });

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
    t.same(state.recovered.meta, {
      ...FRESH_META,
      revision: 50,
      timeMs: 1_700_000_000_005.25,
      keyCount: rows.length - 1,
    });
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

  t.test("a damaged row ends the process that reads it, and the next start has a fresh state", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 10);
    const rows = [1, 2].map((at) => keyRow(Uint8Array.of(at), record(pattern(50, at))));
    await flush(first.state(GROUP_ZERO), sliceOf(1, 5, rows, 2));
    await first.close();
    await subject.damageKey(GROUP_ZERO, Uint8Array.of(2));

    const second = await subject.open();
    const state = second.state(GROUP_ZERO);
    t.equal(state.recovered.watermark, 5, "it is found only when it is read");
    t.type(state.get(Uint8Array.of(1)), "object");
    t.throws(() => state.get(Uint8Array.of(2)), /a record fails its checks/);
    t.throws(() => [...state.range(Uint8Array.of(1), undefined)], /a record fails its checks/);
    await second.close();

    const third = await subject.open();
    t.equal(third.state(GROUP_ZERO).recovered.watermark, 1);
    t.equal(third.state(GROUP_ZERO).get(Uint8Array.of(1)), undefined);
    t.equal(third.recoverLog(GROUP_ZERO).learned, 10, "the log has all that it came from");
    await third.close();
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
    ...results(previous).map((result, index) => ({
      ...base(5 + index),
      outcome: { kind: "result" as const, result },
    })),
    ...conflicts().map((conflict, index) => ({
      ...base(20 + index),
      outcome: {
        kind: "failure" as const,
        failure: { ...failure, code: "condition_failed" as const, conflict },
      },
    })),
  ];
}

function countsOf(leaseCount: number, expiryCount: number): MachineMeta {
  return { ...FRESH_META, leaseCount, expiryCount, lastLeaseId: 300 };
}

function principalOf(seed: number): Principal {
  return { role: "read-write", prefix: pattern(seed, seed), verifier: pattern(32, seed), former: undefined };
}

function conflicts(): Conflict[] {
  return [
    { kind: "revision", revision: 0 },
    { kind: "count", count: 10_001 },
  ];
}

function results(previous: KeyRecord): Result[] {
  const modified = { kind: "modify", changed: true, createRevision: 2, modRevision: 5, version: 3 } as const;
  return [
    { kind: "delete-range", revision: 7, count: 10_000, more: true },
    { kind: "put-all", revision: 8, count: 3 },
    { ...modified, revision: 9, value: pattern(20, 1), previous },
    { ...modified, revision: 9, changed: false, value: undefined, previous: undefined },
    { kind: "touch", revision: 9, touched: true },
    { kind: "lease-grant", revision: 9, leaseId: 7, ttlMs: 30_000 },
    { kind: "lease-keep-alive", revision: 9, leaseId: 7, ttlMs: 30_000 },
    { kind: "lease-revoke", revision: 9, count: 10_000, more: true },
    { kind: "compact", revision: 9, compacted: 2 ** 40 },
    { kind: "configure", revision: 9, leaderLeaseMs: 250 },
    { kind: "principal-create", revision: 9 },
    { kind: "principal-rotate", revision: 9 },
    { kind: "principal-revoke", revision: 9 },
    { kind: "txn", revision: 10, succeeded: false, answers: [] },
    {
      kind: "txn",
      revision: 11,
      succeeded: true,
      answers: [
        { kind: "put", createRevision: 4, version: 5, previous },
        { kind: "delete", deleted: true, previous: undefined },
        { kind: "delete-range", count: 6 },
        { kind: "get", record: previous },
        { kind: "get", record: undefined },
      ],
    },
  ];
}
