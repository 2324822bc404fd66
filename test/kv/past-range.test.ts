import { deepStrictEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Effort } from "../../src/kv/effort.ts";
import { keyText } from "../../src/kv/key-text.ts";
import { PastRange } from "../../src/kv/past-range.ts";
import { Recorded } from "./recorded.ts";
import { someSlot } from "./some-slots.ts";
import { del, delRange, put, putAll, text } from "./test-state.ts";

const NO_VALUE = new Uint8Array(0);
const ALL = { start: text(""), end: undefined, limit: 100, bytesMax: 1_000_000, keysOnly: false };

/** Runs something over turns of little effort; `between` is what happens meanwhile. */
function overTurns<Found>(search: { run(effort: Effort): Found | undefined }, between: () => void): Found {
  for (let turn = 0; turn < 10_000; turn++) {
    const found = search.run(new Effort(1));
    if (found !== undefined) return found;
    between();
  }
  throw new Error("it never ends");
}

/** What the model knows of a key at a revision: when it changed next, if what it was then is forgotten. */
function forgottenSince(recorded: Recorded, key: string, revision: number): number | undefined {
  const own = recorded.all.filter((event) => keyText(event.key) === key);
  const then = own.findLast((event) => event.revision <= revision);
  const next = own.find((event) => event.revision > revision);
  const isForgotten = then?.record !== undefined && then.revision <= recorded.events.compacted;
  return isForgotten ? next?.revision : undefined;
}

const someQuery = fc.record({
  start: fc.constantFrom("", "a", "b", "c"),
  end: fc.constantFrom(undefined, "b", "c", "d"),
  limit: fc.integer({ min: 1, max: 5 }),
  keysOnly: fc.boolean(),
  revision: fc.nat(),
  compacted: fc.option(fc.nat(), { freq: 3 }),
});

t.test(
  "an interval is as it was at any revision that is kept, while more is changed, or says since when",
  async () => {
    const someSlots = fc.array(someSlot, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(someSlots, someSlots, someQuery, (slots, laterSlots, query) => {
        const recorded = new Recorded();
        const step = ({ operations, seals, flushes }: (typeof slots)[number]): void => {
          recorded.apply(operations);
          if (seals) recorded.seal();
          if (flushes) recorded.flush();
        };
        for (const slot of slots) step(slot);
        const compacted = (query.compacted ?? 0) % (recorded.events.revision + 1);
        recorded.apply([{ kind: "compact", revision: compacted }]);
        const kept = recorded.events.revision - compacted;
        if (kept === 0) return;
        const revision = compacted + 1 + (query.revision % kept);
        const end = query.end === undefined ? undefined : text(query.end);
        const { limit, keysOnly } = query;
        const asked = { ...ALL, start: text(query.start), end, limit, keysOnly, revision };
        const later = [...laterSlots];
        const search = new PastRange(recorded, asked);
        const answer = overTurns(search, () => {
          const slot = later.shift();
          if (slot !== undefined) step(slot);
        });
        const inside = recorded
          .contentAt(revision)
          .filter(([key]) => key >= query.start && (query.end === undefined || key < query.end));
        const forgotten = inside.slice(0, limit + 1).map(([key]) => forgottenSince(recorded, key, revision));
        if (answer.kind === "forgotten") {
          equal(forgotten.includes(answer.since), true);
          return;
        }
        // What changed after its turn had come was known then.
        if (laterSlots.length === 0)
          equal(
            forgotten.every((since) => since === undefined),
            true,
          );
        equal(answer.more, inside.length > limit);
        deepStrictEqual(
          answer.items.map(({ key, record }) => [keyText(key), record]),
          inside
            .slice(0, limit)
            .map(([key, record]) => [key, keysOnly ? { ...record, value: NO_VALUE } : record]),
        );
      }),
      { numRuns: 600 },
    );
  },
);

t.test("a page ends where it is full, and says whether anything follows that was there then", async (t) => {
  const recorded = new Recorded();
  recorded.apply([putAll({ a: "1", b: "22", c: "3" })]);
  recorded.apply([del("b"), del("c"), put("bb", "later"), put("d", "later")]);
  const page = (revision: number, limits: { readonly limit?: number; readonly bytesMax?: number }) => {
    const found = new PastRange(recorded, { ...ALL, ...limits, revision }).run(new Effort(1000));
    if (found?.kind !== "page") return found?.kind;
    return found.items.map(({ key }) => keyText(key)).join(" ") + (found.more ? " ..." : "");
  };
  t.equal(page(1, {}), "a b c");
  t.equal(page(1, { limit: 2 }), "a b ...");
  t.equal(page(1, { limit: 3 }), "a b c", "what was made later is nothing that follows");
  t.equal(page(1, { bytesMax: 1 }), "a ...", "one at least");
  t.equal(page(1, { bytesMax: 110 }), "a b ...");
  t.equal(page(2, {}), "a c");
  t.equal(page(5, {}), "a bb d");
});

t.test(
  "ten thousand keys that were deleted at once cost some effort for each, and a turn's at most in a turn",
  async (t) => {
    const recorded = new Recorded();
    const keys = Array.from({ length: 10_000 }, (_, index) => `k${10_000 + index}`);
    for (let from = 0; from < keys.length; from += 500)
      recorded.apply([putAll(Object.fromEntries(keys.slice(from, from + 500).map((key) => [key, "x"])))]);
    recorded.apply([delRange("", undefined, { kind: "exactly", keys: 10_000 })]);
    const search = new PastRange(recorded, { ...ALL, limit: 10_000, revision: 20 });
    let total = 0;
    let most = 0;
    let found: ReturnType<PastRange["run"]>;
    while (found === undefined) {
      const effort = new Effort(1000);
      found = search.run(effort);
      total += effort.spent;
      most = Math.max(most, effort.spent);
    }
    t.equal(found.kind === "page" && found.items.length, 10_000);
    t.ok(total < 150_000, `${total} in all`);
    t.ok(most < 25_000, `${most} in a turn: a revision is looked at as a whole`);
  },
);
