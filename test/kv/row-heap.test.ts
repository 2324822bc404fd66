import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { RowHeap } from "../../src/kv/row-heap.ts";

t.test("the lowest slot comes out first, whatever went in between", async () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50)), { maxLength: 80 }), (steps) => {
      const heap = new RowHeap<{ slot: Slot }>();
      const plain: number[] = [];
      for (const step of steps) {
        if (step === null) {
          deepStrictEqual(heap.pop()?.slot, plain.sort((left, right) => left - right).shift());
        } else {
          heap.push({ slot: step as Slot });
          plain.push(step);
        }
        deepStrictEqual(heap.size, plain.length);
      }
    }),
  );
});
