import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Effort } from "../../src/kv/effort.ts";
import type { KeyEvent } from "../../src/kv/event.ts";
import { NextChange } from "../../src/kv/next-change.ts";
import { Recorded } from "./recorded.ts";
import { someSlot } from "./some-slots.ts";
import { put, text } from "./test-state.ts";

t.test("a key's next change is found however often its search is interrupted by more of them", async () => {
  fc.assert(
    fc.property(
      fc.array(someSlot, { minLength: 2, maxLength: 25 }),
      fc.nat(),
      fc.nat(),
      (slots, split, at) => {
        const recorded = new Recorded();
        const later = slots.splice(1 + (split % (slots.length - 1)));
        for (const { operations } of slots) recorded.apply(operations);
        const { events, all } = recorded;
        const revision = at % (events.revision + 1);
        const key = text("a");
        const expected = all.find((event) => Buffer.from(event.key).equals(key) && event.revision > revision);
        const search = new NextChange(events, key, revision);
        let found: KeyEvent | "none" | undefined;
        for (let run = 0; found === undefined; run++) {
          found = search.run(new Effort(1));
          const next = later.shift();
          if (next !== undefined) recorded.apply(next.operations);
          if (run > 1000) throw new Error("it never ends");
        }
        deepStrictEqual(found, expected ?? "none");
      },
    ),
    { numRuns: 300 },
  );
});

t.test("the past of a key is found without a walk over all of it", async (t) => {
  const recorded = new Recorded();
  for (let slot = 1; slot <= 1000; slot++)
    recorded.apply([put(slot === 200 || slot === 900 ? "cold" : "hot", "x")]);
  const next = (key: string, revision: number) => {
    const effort = new Effort(Number.POSITIVE_INFINITY);
    const found = new NextChange(recorded.events, text(key), revision).run(effort);
    return { found: typeof found === "object" ? found.revision : found, spent: effort.spent };
  };
  t.match(next("hot", 500), { found: 501 });
  t.ok(next("hot", 500).spent < 30, "one that changes often is met on the way up");
  t.match(next("cold", 500), { found: 900 });
  t.ok(next("cold", 500).spent < 60, "one that changes rarely is down soon");
  t.match(next("cold", 900), { found: "none" });
});
