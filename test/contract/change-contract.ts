import type { Test } from "tap";
import { GROUP_ZERO } from "../../src/base/ids.ts";
import type { KeyEvent } from "../../src/kv/event.ts";
import { FRESH_META, type Row } from "../../src/kv/state.ts";
import type { StateStorage, Storage } from "../../src/storage/storage.ts";
import {
  bytesOf,
  entryWrite,
  flush,
  learned,
  pattern,
  plain,
  promise,
  record,
  sliceOf,
  write,
} from "./storage-fixture.ts";
import type { MakeStorage } from "./storage-under-test.ts";

/** The most that a slice takes away which adds nothing. */
const TRIMMED_MAX = 1024;

/** What the state of every storage promises about the changes of keys. */
export function changeContract(t: Test, make: MakeStorage): void {
  t.test("changes are there from any revision on, in order, after a restart, too", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 10);
    const large = changed("large", 2 ** 33, 3000);
    const rows: Row[] = [
      eventRow(0, changed("a", 5), changed("b", 7)),
      eventRow(0, changed("c", 8, "deleted")),
      eventRow(0, changed("d", 12)),
      eventRow(1, changed("e", 12), changed("f", 12)),
      eventRow(2, large),
    ];
    await flush(first.state(GROUP_ZERO), changeSlice(1, rows.slice(0, 2)));
    await flush(first.state(GROUP_ZERO), changeSlice(2, rows.slice(2)));
    const check = (state: StateStorage): void => {
      const from = (revision: number) => plain([...state.eventRows(revision)]);
      t.same(from(1), plain(rows));
      t.same(from(7), plain(rows));
      t.same(from(8), plain(rows.slice(1)));
      t.same(from(9), plain(rows.slice(2)));
      t.same(from(2 ** 33), plain(rows.slice(4)));
      t.same(from(2 ** 33 + 1), []);
    };
    check(first.state(GROUP_ZERO));
    await first.close();
    const second = await subject.open();
    check(second.state(GROUP_ZERO));
    await second.close();
    await subject.dispose();
  });

  t.test("a tombstone is there until its key is, after a restart, too", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 10);
    await flush(first.state(GROUP_ZERO), changeSlice(1, [tombstone("a", 2 ** 40), tombstone("b", 6)]));
    await flush(
      first.state(GROUP_ZERO),
      changeSlice(2, [tombstone("b", undefined), tombstone("c", undefined)]),
    );
    await flush(first.state(GROUP_ZERO), changeSlice(3, [tombstone("a", 2 ** 40 + 1)]));
    await first.close();
    const second = await subject.open();
    const state = second.state(GROUP_ZERO);
    t.same(
      ["a", "b", "c"].map((key) => state.tombstone(bytesOf(key))),
      [2 ** 40 + 1, undefined, undefined],
    );
    const within = (start: string, end?: string) =>
      plain([...state.tombstones(bytesOf(start), end === undefined ? undefined : bytesOf(end))]);
    t.same(within(""), plain([[bytesOf("a"), 2 ** 40 + 1]]));
    t.same(within("a", "b"), within(""));
    t.same(within("a\0"), []);
    t.same(within("", "a"), []);
    await second.close();
    await subject.dispose();
  });

  t.test("what is forgotten goes little by little, with its tombstones and no younger ones", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 20);
    const state = first.state(GROUP_ZERO);
    await flush(state, changeSlice(1, backlog()));
    // A key that was made and deleted again is gone since the younger revision.
    await flush(
      state,
      changeSlice(2, [eventRow(0, changed("k10", 3000, "deleted")), tombstone("k10", 3000)]),
    );
    let left = [...state.eventRows(1)].length;
    t.equal(left, 2501, "nothing is forgotten yet");
    for (let slot = 3; slot <= 6; slot++) {
      await flush(state, changeSlice(slot, [], 2200));
      const now = [...state.eventRows(1)].length;
      t.ok(left - now <= TRIMMED_MAX, `${left - now} at once`);
      left = now;
    }
    t.equal(left, 301);
    const keys = ["k10", "k20", "k2200", "k2210"].map((key) => state.tombstone(bytesOf(key)));
    t.same(keys, [3000, undefined, undefined, 2210]);
    await first.close();
    const second = await subject.open();
    t.equal(second.state(GROUP_ZERO).recovered.watermark, 7, "and what is left is all that there should be");
    await second.close();
    await subject.dispose();
  });

  t.test("a slice may take a tombstone away with its change, and write it anew", async (t) => {
    const subject = await make(t);
    const first = await subject.open();
    await learn(first, 10);
    const state = first.state(GROUP_ZERO);
    await flush(state, changeSlice(1, [eventRow(0, changed("k", 4, "deleted")), tombstone("k", 4)]));
    await flush(state, changeSlice(2, [eventRow(0, changed("k", 9, "deleted")), tombstone("k", 9)], 4));
    t.equal(state.tombstone(bytesOf("k")), 9);
    t.equal([...state.eventRows(1)].length, 1);
    await first.close();
    const second = await subject.open();
    t.equal(second.state(GROUP_ZERO).tombstone(bytesOf("k")), 9);
    t.equal(second.state(GROUP_ZERO).recovered.watermark, 3);
    await second.close();
    await subject.dispose();
  });
}

/** 2,500 changes, a row each; every tenth is a delete. */
function backlog(): Row[] {
  const rows: Row[] = [];
  for (let revision = 1; revision <= 2500; revision++) {
    const key = `k${revision}`;
    const isDelete = revision % 10 === 0;
    rows.push(eventRow(0, changed(key, revision, isDelete ? "deleted" : 5)));
    if (isDelete) rows.push(tombstone(key, revision));
  }
  return rows;
}

function changed(key: string, revision: number, valueBytes: number | "deleted" = 10): KeyEvent {
  const isDelete = valueBytes === "deleted";
  const kept = isDelete ? undefined : { ...record(pattern(valueBytes)), modRevision: revision };
  return { key: bytesOf(key), revision, record: kept, previousRevision: revision - 1 };
}

function eventRow(part: number, ...events: readonly KeyEvent[]): Row {
  return { table: "events", revision: events.at(-1)?.revision ?? 0, part, events };
}

function tombstone(key: string, revision: number | undefined): Row {
  return { table: "tombstones", key: bytesOf(key), revision };
}

/** One slot, which leaves no key. */
function changeSlice(at: number, rows: readonly Row[], compacted = 0) {
  return { ...sliceOf(at, at + 1, rows, 0), meta: { ...FRESH_META, compacted } };
}

async function learn(storage: Storage, end: number): Promise<void> {
  const writes = Array.from({ length: end - 1 }, (_, index) => entryWrite(index + 1, pattern(10, index)));
  await write(storage, promise(1), ...writes, learned(end));
}
