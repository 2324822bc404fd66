import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { Heap } from "../../src/kv/heap.ts";

t.test("the lowest comes out first, whatever went in between", async () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50)), { maxLength: 80 }), (steps) => {
      const heap = new Heap<{ at: number }>((left, right) => left.at < right.at);
      const plain: number[] = [];
      for (const step of steps) {
        if (step === null) {
          deepStrictEqual(heap.pop()?.at, plain.sort((left, right) => left - right).shift());
        } else {
          heap.push({ at: step });
          plain.push(step);
        }
        deepStrictEqual(heap.size, plain.length);
        deepStrictEqual(heap.first?.at, plain.length === 0 ? undefined : Math.min(...plain));
      }
    }),
  );
});
