import t from "tap";
import { slot } from "../../../src/base/ids.ts";
import type { KeyEvent } from "../../../src/kv/event.ts";
import type { Row } from "../../../src/kv/state.ts";
import { checkEvents } from "../../../src/lab/oracles/event-oracle.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { Verified } from "../../../src/lab/oracles/verified.ts";
import { MemoryState } from "../../../src/storage/memory-disk.ts";
import { apply } from "./commands.ts";

const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

/** A model after three slots, and the rows that are right for its changes. */
function world() {
  const model = new Model();
  apply(model, 10, { sequence: 1, value: "a" }, { sequence: 2, key: "l", value: "b" });
  apply(model, 20, { sequence: 3, key: "l" }, { sequence: 4, value: "c" });
  apply(model, 30, { sequence: 5, value: "d" });
  const changed = (key: string, revision: number, previousRevision: number): KeyEvent => ({
    key: bytes(key),
    revision,
    record: model.recordAtRevision(key, revision),
    previousRevision,
  });
  const first = [changed("k", 1, 0), changed("l", 2, 0)];
  const second = [changed("l", 3, 2), changed("k", 4, 1)];
  const rows: Row[] = [
    { table: "tombstones", key: bytes("l"), revision: 3 },
    { table: "events", revision: 2, part: 0, events: first },
    { table: "events", revision: 4, part: 0, events: second },
    { table: "events", revision: 5, part: 0, events: [changed("k", 5, 4)] },
  ];
  const verified = new Verified();
  const check = (given: readonly Row[], compacted = 0): void => {
    const state = new MemoryState();
    const meta = { ...model.metaAt(4), compacted };
    const membership = { epoch: 1, members: [], nextNodeId: 1 };
    state.apply({
      from: slot(1),
      digest: 0,
      stateHash: 0,
      membership,
      watermark: slot(4),
      rows: given,
      meta,
    });
    checkEvents("n1", state, model, verified);
  };
  return { rows, first, second, check };
}

const without = (rows: readonly Row[], revision: number): Row[] =>
  rows.filter((row) => row.table !== "events" || row.revision !== revision);
const withEvents = (rows: readonly Row[], revision: number, events: readonly KeyEvent[]): Row[] =>
  rows.map((row) => (row.table === "events" && row.revision === revision ? { ...row, events } : row));

t.test("the changes that the slots made are right, and what is forgotten may be gone", async (t) => {
  const { rows, check } = world();
  t.doesNotThrow(() => check(rows));
  t.doesNotThrow(() => check(rows, 3));
  t.doesNotThrow(() => check(without(rows.slice(1), 2), 3));
});

t.test("a change that is missing, twice there, of another order or of another past is noticed", async (t) => {
  const { rows, first, second, check } = world();
  const [kept, gone] = second as [KeyEvent, KeyEvent];
  t.throws(() => check(without(rows, 4)), /^I18.*has 3 changes, not 5/);
  t.throws(() => check(without(rows, 4), 3), /^I18.*has 1 changes, not 2/);
  t.throws(() => check(withEvents(rows, 2, [...first, ...first])), /^I18.*after/);
  t.throws(() => check(withEvents(rows, 2, [...first].reverse())), /^I18/);
  t.throws(() => check(withEvents(rows, 4, [kept, { ...gone, previousRevision: 0 }])), /^I18.*k@4 after 0/);
  t.throws(() => check(withEvents(rows, 4, [kept, { ...gone, record: undefined }])), /^I18.*k@4/);
  t.throws(() => check(withEvents(rows, 4, [kept, { ...gone, key: bytes("m") }])), /^I18.*m@4/);
});

t.test("a key that is gone leaves the way to its last change, until that is forgotten", async (t) => {
  const { rows, check } = world();
  t.throws(() => check(rows.slice(1)), /^I18.*l went at 3, not known/);
  const wrong: Row = { table: "tombstones", key: bytes("l"), revision: 2 };
  t.throws(() => check([wrong, ...rows.slice(1)]), /^I18.*not 2/);
});
