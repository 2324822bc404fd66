import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { KeyRecord } from "../../src/kv/command.ts";
import { Draft } from "../../src/kv/draft.ts";
import type { KeyEvent } from "../../src/kv/event.ts";
import { Expiries } from "../../src/kv/expiries.ts";
import { BatchMemory } from "../../src/kv/owned-bytes.ts";
import { Principals } from "../../src/kv/principals.ts";
import type { Row } from "../../src/kv/state.ts";
import { batch, TestState } from "./test-state.ts";

const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words, "latin1"));

function changeText({ key, revision, record, previousRevision }: KeyEvent): string {
  const gone = record === undefined ? " gone" : "";
  const after = previousRevision === 0 ? "" : ` after ${previousRevision}`;
  return `${Buffer.from(key).toString("latin1")}@${revision}${gone}${after}`;
}

function draftOver(keys: Readonly<Record<string, string>>) {
  const state = new TestState();
  let revision = 0;
  for (const [key, value] of Object.entries(keys)) {
    const record = {
      value: text(value),
      createRevision: ++revision,
      modRevision: revision,
      version: 1,
      leaseId: 0,
    };
    state.keys.set(key, [text(key), record]);
  }
  const draft = new Draft(state, new BatchMemory(batch(0)), {
    revision,
    keyCount: revision,
    lastLeaseId: 0,
    compacted: 0,
    leaderLeaseMs: 0,
    timeMs: 0,
    expiries: new Expiries(state.recovered()),
    principals: new Principals([]),
  });
  return { state, draft };
}

const names = (items: Iterable<readonly [Uint8Array, KeyRecord]>): string[] =>
  [...items].map(([key, { value }]) => `${Buffer.from(key).toString("latin1")}=${Buffer.from(value)}`);
const rowsIn = (draft: Draft, table: Row["table"]): Row[] =>
  draft.rows().filter((row) => row.table === table);
const changesOf = (draft: Draft): string[] =>
  draft.rows().flatMap((row) => (row.table === "events" ? row.events.map(changeText) : []));
const all = { start: new Uint8Array(0), end: undefined };

t.test("a request takes one revision however much it changes, the next one another", async (t) => {
  const { draft } = draftOver({ a: "1" });
  draft.begin();
  t.equal(draft.put(text("b"), text("2")).record.modRevision, 2);
  t.match(draft.put(text("a"), text("3")), {
    record: { modRevision: 2, createRevision: 1, version: 2 },
    previous: { value: text("1") },
  });
  draft.begin();
  t.equal(draft.delete(text("x")), undefined);
  t.equal(draft.revision, 2, "nothing to delete is no change");
  t.match(draft.delete(text("a")), { modRevision: 2 });
  t.equal(draft.revision, 3);
  t.equal(draft.keyCount, 1);
  t.same(changesOf(draft), ["b@2", "a@2 after 1", "a@3 gone after 2"]);
  t.same(rowsIn(draft, "tombstones"), [{ table: "tombstones", key: text("a"), revision: 3 }]);
  t.equal(rowsIn(draft, "keys").length, 2);
});

t.test("a key that is made again continues the chain of its changes, unless that is forgotten", async (t) => {
  const { state, draft } = draftOver({ a: "1", b: "2", c: "3", d: "4", e: "5" });
  state.deleted.set("x", 2);
  state.deleted.set("y", 3);
  draft.compact(2);
  for (const key of ["x", "y", "z"]) {
    draft.begin();
    draft.put(text(key), text("1"));
  }
  draft.begin();
  draft.delete(text("a"));
  draft.begin();
  draft.put(text("a"), text("2"));
  t.same(changesOf(draft), ["x@6", "y@7 after 3", "z@8", "a@9 gone after 1", "a@10 after 9"]);
  const gone = (key: string) => ({ table: "tombstones", key: text(key), revision: undefined });
  t.same(
    rowsIn(draft, "tombstones"),
    [gone("y"), gone("a")],
    "the one that is forgotten may be there or not",
  );
});

t.test("what is undone leaves no trace, and what came before stays", async (t) => {
  const { draft } = draftOver({ a: "1", b: "2" });
  draft.begin();
  draft.put(text("c"), text("3"));
  draft.begin();
  draft.remember();
  draft.put(text("c"), text("4"));
  draft.put(text("d"), text("5"));
  draft.delete(text("c"));
  draft.delete(text("a"));
  for (const key of ["b", "d"]) draft.deleteFound(text(key), 3);
  t.same(names(draft.range(all)), []);
  draft.undo();
  t.same(names(draft.range(all)), ["a=1", "b=2", "c=3"]);
  t.same([draft.revision, draft.keyCount], [3, 3]);
  t.same([rowsIn(draft, "keys").length, rowsIn(draft, "tombstones").length], [1, 0]);
  t.same(changesOf(draft), ["c@3"]);
  draft.put(text("d"), text("6"));
  t.equal(draft.revision, 4);
});

const someKey = fc.string({ unit: fc.constantFrom("a", "b", "\xff"), minLength: 1, maxLength: 2 });

t.test("a range sees the slot's changes and the state as one, in the order of bytes", async () => {
  fc.assert(
    fc.property(
      fc.array(someKey),
      fc.array(fc.tuple(someKey, fc.boolean())),
      fc.tuple(someKey, fc.option(someKey)),
      (before, changes, [start, end]) => {
        const { state, draft } = draftOver(Object.fromEntries(before.map((key) => [key, "0"])));
        const expected = new Map([...state.keys.keys()].map((key) => [key, "0"]));
        for (const [key, lives] of changes) {
          draft.begin();
          if (lives) draft.put(text(key), text("1"));
          else draft.delete(text(key));
          if (lives) expected.set(key, "1");
          else expected.delete(key);
        }
        const within = [...expected].filter(([key]) => key >= start && (end === null || key < end)).sort();
        const interval = { start: text(start), end: end === null ? undefined : text(end) };
        deepStrictEqual(
          names(draft.range(interval)),
          within.map(([key, value]) => `${key}=${value}`),
        );
        deepStrictEqual(draft.keyCount, expected.size);
      },
    ),
    { numRuns: 300 },
  );
});
