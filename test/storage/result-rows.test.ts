import { deepStrictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { FieldReader, FieldWriter, LayoutError } from "../../src/storage/layout.ts";
import { readResult, writeResult } from "../../src/storage/result-rows.ts";
import { result } from "../wire/arbitraries.ts";

t.test("every result is read as it was written, and a row that ends early is noticed", async () => {
  fc.assert(
    fc.property(result, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (made, share) => {
      const writer = new FieldWriter();
      writeResult(writer, made);
      const row = writer.finish();
      const reader = new FieldReader(row);
      deepStrictEqual(readResult(reader), made);
      reader.finish();
      const cut = new FieldReader(row.subarray(0, Math.floor(row.length * share)));
      throws(() => readResult(cut), LayoutError);
    }),
    { numRuns: 300 },
  );
});
