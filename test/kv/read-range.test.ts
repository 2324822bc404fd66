import t from "tap";
import { type RangeQuery, readRange } from "../../src/kv/read-range.ts";
import { TestState, text } from "./test-state.ts";

const state = new TestState();
for (const [index, key] of ["a", "b", "c", "d"].entries()) {
  const record = {
    value: new Uint8Array(1000),
    createRevision: 1,
    modRevision: index + 1,
    version: 1,
    leaseId: 0,
  };
  state.keys.set(key, [text(key), record]);
}
const all = { start: text("a"), end: undefined, limit: 100, bytesMax: 1_000_000, keysOnly: false };

function keys(query: Partial<RangeQuery>): string {
  const { items, more } = readRange(state, { ...all, ...query });
  return items.map(({ key }) => Buffer.from(key).toString()).join("") + (more ? "+" : "");
}

t.test("an interval is half-open and a bound that is exactly reached leaves nothing more", async (t) => {
  t.equal(keys({}), "abcd");
  t.equal(keys({ start: text("b"), end: text("d") }), "bc");
  t.equal(keys({ limit: 4 }), "abcd");
  t.equal(keys({ limit: 3 }), "abc+");
  t.equal(keys({ start: text("b"), end: text("d"), limit: 2 }), "bc", "the rest lies outside");
  t.equal(keys({ start: text("x") }), "");
});

t.test("bytes bound a page, but a first item is always given", async (t) => {
  t.equal(keys({ bytesMax: 2500 }), "ab+");
  t.equal(keys({ bytesMax: 1 }), "a+");
  t.equal(keys({ bytesMax: 2500, keysOnly: true }), "abcd", "values left out do not count");
});

t.test("keys alone come with their revisions and without values", async (t) => {
  const { items } = readRange(state, { ...all, keysOnly: true });
  t.match(items[1]?.record, { modRevision: 2, value: new Uint8Array(0) });
  t.equal(items[1]?.record.value.length, 0);
  t.equal(state.get(text("b"))?.value.length, 1000, "the state's own record is untouched");
});
