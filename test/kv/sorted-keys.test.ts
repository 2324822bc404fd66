import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { SortedKeys } from "../../src/kv/sorted-keys.ts";

const someText = fc.constantFrom("", "\x00", "a", "aa", "b", "\x7f", "\x80", "\xff");
const someStep = fc.record({ text: someText, adds: fc.boolean(), asks: fc.boolean(), start: someText });

t.test("the texts come in order, each once, after any additions and removals", async () => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 60 }), (steps) => {
      const present = new Set<string>();
      const keys = new SortedKeys((text) => present.has(text));
      for (const { text, adds, asks, start } of steps) {
        if (adds && !present.has(text)) {
          present.add(text);
          keys.add(text);
        } else if (!adds && present.delete(text)) keys.remove(text);
        if (!asks) continue;
        const walked = [...keys.from(start)];
        deepStrictEqual(walked, [...new Set(walked)].sort());
        const expected = [...present].filter((text) => text >= start).sort();
        deepStrictEqual(
          walked.filter((text) => present.has(text)),
          expected,
        );
      }
    }),
    { numRuns: 500 },
  );
});
