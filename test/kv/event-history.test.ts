import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Effort } from "../../src/kv/effort.ts";
import { changesOf, Recorded } from "./recorded.ts";
import { someSlot } from "./some-slots.ts";
import { delRange, putAll, text } from "./test-state.ts";

t.test(
  "changes are told from any revision, and of any key back to its first, whatever was flushed",
  async () => {
    fc.assert(
      fc.property(fc.array(someSlot, { maxLength: 25 }), fc.nat(), (slots, chance) => {
        const recorded = new Recorded();
        for (const { operations, seals, flushes } of slots) {
          recorded.apply(operations);
          if (seals) recorded.seal();
          if (flushes) recorded.flush();
          const { events, all } = recorded;
          const at = 1 + (chance % (events.revision + 1));
          deepStrictEqual(
            [...events.events(at)],
            all.filter(({ revision }) => revision >= at),
          );
          for (const key of ["a", "b", "c", "d"]) {
            const own = all.filter(
              (event) => Buffer.from(event.key).toString() === key && event.revision <= at,
            );
            deepStrictEqual(changesOf(events, key, at), own.reverse());
          }
        }
      }),
      { numRuns: 300 },
    );
  },
);

t.test("a revision of many changes is gone through twice, and not once for each of them", async (t) => {
  const recorded = new Recorded();
  const keys = Array.from({ length: 1000 }, (_, index) => `k${1000 + index}`);
  for (let part = 0; part < keys.length; part += 100)
    recorded.apply([putAll(Object.fromEntries(keys.slice(part, part + 100).map((key) => [key, "x"])))]);
  recorded.apply([delRange("", undefined, { kind: "exactly", keys: 1000 })]);
  const effort = new Effort(Number.POSITIVE_INFINITY);
  for (const key of keys) {
    const deleted = recorded.events.at(text(key), 11, effort);
    const before = recorded.events.at(text(key), deleted.previousRevision, effort);
    t.equal(Buffer.from(before.key).toString(), key);
  }
  t.ok(effort.spent < 25_000, `${effort.spent} changes for 2,000 lookups`);
});
