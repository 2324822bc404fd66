import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Effort } from "../../src/kv/effort.ts";
import { PastChanges } from "../../src/kv/past-changes.ts";
import { Recorded } from "./recorded.ts";
import { someSlot } from "./some-slots.ts";
import { text } from "./test-state.ts";

t.test("a key's changes come newest first, each once, however little is done in a turn", async () => {
  fc.assert(
    fc.property(
      fc.array(someSlot, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.nat(5),
      (slots, at, most) => {
        const recorded = new Recorded();
        for (const { operations } of slots) recorded.apply(operations);
        const { events, all } = recorded;
        const upTo = at % (events.revision + 1);
        const changes = new PastChanges(events, text("b"), upTo);
        const found: number[] = [];
        const take = ({ revision }: { readonly revision: number }): boolean => found.push(revision) < most;
        for (let turn = 0; !changes.run(new Effort(1), take); turn++) {
          recorded.apply(slots[turn % slots.length]?.operations ?? []);
          if (turn > 1000) throw new Error("it never ends");
        }
        const own = all.filter(
          ({ key, revision }) => Buffer.from(key).toString() === "b" && revision <= upTo,
        );
        const expected = own.map(({ revision }) => revision).reverse();
        deepStrictEqual(found, expected.slice(0, Math.max(1, most)));
      },
    ),
    { numRuns: 300 },
  );
});
