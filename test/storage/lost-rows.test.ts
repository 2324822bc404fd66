import { join } from "node:path";
import t, { type Test } from "tap";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import type { Row } from "../../src/kv/state.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { LmdbEnvironment, type RowOperation } from "../../src/storage/lmdb-environment.ts";
import {
  entryKey,
  eventKey,
  LOG_TABLES,
  membershipKey,
  STATE_TABLES,
  userKey,
} from "../../src/storage/schema.ts";
import {
  deps,
  entryWrite,
  flush,
  learned,
  pattern,
  promise,
  sliceOf,
  slotsOf,
  write,
} from "../contract/storage-fixture.ts";
import { codeOf, initialised } from "./scratch.ts";

/** Slots 1..9 but for 6, learned up to 4, in one row each. */
async function written(t: Test): Promise<string> {
  const path = await initialised(t);
  const storage = await openDataDirectory(path, deps);
  const slots = [1, 2, 3, 4, 5, 7, 8, 9];
  await write(storage, promise(1), ...slots.map((at) => entryWrite(at, pattern(50, at))), learned(4));
  await storage.close();
  return path;
}

/** Changes the log's rows as no kvd would. */
async function tamper(path: string, change: (log: LmdbEnvironment) => RowOperation[]): Promise<void> {
  const log = new LmdbEnvironment({ path: join(path, "log"), tables: LOG_TABLES, mode: "write" });
  await log.commit(change(log));
  await log.close();
}

function removal(at: number): RowOperation {
  return { table: "entries", key: entryKey(GROUP_ZERO, slot(at), 0), value: undefined };
}

async function damagedOf(path: string): Promise<number[]> {
  const storage = await openDataDirectory(path, deps);
  const { damaged, accepted } = storage.recoverLog(GROUP_ZERO);
  const reader = storage.logReader(GROUP_ZERO);
  for (const at of damaged) if (reader.read(at) !== "damaged") throw new Error(`slot ${at} reads as sound`);
  if (slotsOf(accepted).some((at) => damaged.includes(at))) throw new Error("accepted and damaged");
  await storage.close();
  return [...damaged];
}

t.test("a gap is no damage while every row is there", async (t) => {
  t.same(await damagedOf(await written(t)), []);
});

t.test("a lost membership is never taken for one that did not change: the node must not vote", async (t) => {
  const path = await written(t);
  await tamper(path, () => [{ table: "meta", key: membershipKey(GROUP_ZERO), value: undefined }]);
  t.equal(await codeOf(t, openDataDirectory(path, deps)), "amnesia");
});

t.test("a lost row below the learned watermark is damage, and names its slot", async (t) => {
  const path = await written(t);
  await tamper(path, () => [removal(2)]);
  t.same(await damagedOf(path), [2]);
});

t.test("a lost row above the learned watermark makes every absent slot damaged, never empty", async (t) => {
  const path = await written(t);
  await tamper(path, () => [removal(8)]);
  t.same(await damagedOf(path), [6, 8]);
  const storage = await openDataDirectory(path, deps);
  await write(storage, entryWrite(10, pattern(50)));
  await storage.close();
  t.same(await damagedOf(path), [6, 8], "and stays so when other slots are written");

  const healing = await openDataDirectory(path, deps);
  await write(healing, entryWrite(8, pattern(60)));
  await healing.close();
  t.same(await damagedOf(path), [6], "until each of them is written again");
  const last = await openDataDirectory(path, deps);
  await write(last, entryWrite(6, pattern(70)));
  await write(last, learned(11));
  await last.close();
  t.same(await damagedOf(path), []);
});

t.test("an older version of a row makes the whole part above the learned watermark damaged", async (t) => {
  const path = await written(t);
  let old: Uint8Array = new Uint8Array(0);
  const key = entryKey(GROUP_ZERO, slot(7), 0);
  await tamper(path, (log) => {
    old = Uint8Array.from(log.get("entries", key) ?? []);
    return [];
  });
  const storage = await openDataDirectory(path, deps);
  await write(storage, promise(2), entryWrite(7, pattern(50, 99), { round: 2 }));
  await storage.close();
  await tamper(path, () => [{ table: "entries", key, value: old }]);
  t.same(await damagedOf(path), [4, 5, 6, 7, 8, 9]);
});

t.test("a row under another key is not taken for that slot's", async (t) => {
  const path = await written(t);
  await tamper(path, (log) => {
    const value = Uint8Array.from(log.get("entries", entryKey(GROUP_ZERO, slot(9), 0)) ?? []);
    return [{ table: "entries", key: entryKey(GROUP_ZERO, slot(6), 0), value }, removal(9)];
  });
  t.same(await damagedOf(path), [6, 9]);
});

t.test("an older summary beside newer entries is amnesia", async (t) => {
  const path = await written(t);
  const key = new Uint8Array(4);
  let old: Uint8Array = new Uint8Array(0);
  await tamper(path, (log) => {
    old = Uint8Array.from(log.get("groups", key) ?? []);
    return [];
  });
  const storage = await openDataDirectory(path, deps);
  await write(storage, promise(5), entryWrite(10, pattern(50), { round: 5 }));
  await storage.close();
  await tamper(path, () => [{ table: "groups", key, value: old }]);
  t.equal(await codeOf(t, openDataDirectory(path, deps)), "amnesia");
});

t.test(
  "a lost row of the state's changes is noticed at the next start, which rebuilds the state",
  async (t) => {
    const key = new TextEncoder().encode("k");
    const row = { key: eventKey(GROUP_ZERO, 4, 0), table: "events" };
    const tombstone = { key: userKey(GROUP_ZERO, key), table: "tombstones" };
    for (const lost of [row, tombstone]) {
      const path = await written(t);
      const storage = await openDataDirectory(path, deps);
      const events = [{ key, revision: 4, record: undefined, previousRevision: 3 }];
      const rows: Row[] = [
        { table: "events", revision: 4, part: 0, events },
        { table: "tombstones", key, revision: 4 },
      ];
      await flush(storage.state(GROUP_ZERO), sliceOf(1, 2, rows, 0));
      await storage.close();
      const state = new LmdbEnvironment({ path: join(path, "state-1"), tables: STATE_TABLES, mode: "write" });
      await state.commit([{ ...lost, value: undefined }]);
      await state.close();
      const reasons: string[] = [];
      const again = await openDataDirectory(path, {
        ...deps,
        onStateLost: (reason) => void reasons.push(reason),
      });
      t.same(reasons, [`it holds 0 ${lost.table} instead of 1`]);
      t.equal(again.state(GROUP_ZERO).recovered.watermark, 1);
      await again.close();
    }
  },
);

t.test("changes that come out of order are never left out silently", async (t) => {
  const key = new TextEncoder().encode("k");
  const change = (revision: number, part: number): Row => {
    const events = [{ key, revision, record: undefined, previousRevision: 0 }];
    return { table: "events", revision, part, events };
  };
  for (const [first, second] of [
    [change(4, 0), change(3, 1)],
    [change(4, 1), change(4, 0)],
    [change(4, 0), change(4, 0)],
  ] as const) {
    const storage = await openDataDirectory(await written(t), deps);
    const slice = sliceOf(1, 2, [first, second], 0);
    t.throws(() => storage.state(GROUP_ZERO).flush(slice, () => t.fail("done")), /I18/);
    await storage.close();
  }
});
