import t from "tap";
import { digest128 } from "../../../src/lab/explore/digest.ts";
import { TupleTable } from "../../../src/lab/explore/tuple-table.ts";

t.test("each tuple is there once, under the number of its coming", async (t) => {
  const table = new TupleTable(3);
  const tuples = Array.from({ length: 5000 }, (_, index) => Int32Array.of(index % 17, index % 13, index % 7));
  const known = new Map<string, number>();
  for (const tuple of tuples) {
    const isNew = !known.has(tuple.join());
    if (isNew) known.set(tuple.join(), table.size);
    t.equal(table.has(tuple), !isNew);
    if (table.add(tuple) !== isNew) t.fail(`${tuple} is ${isNew ? "new" : "known"}`);
  }
  t.equal(table.size, known.size);
  const target = new Int32Array(3);
  for (const [text, index] of known) {
    table.read(index, target);
    if (target.join() !== text) t.fail(`${index} holds ${target}`);
  }
});

t.test("texts that differ in one place have digests that differ", async (t) => {
  const digests = new Set<string>();
  for (let index = 0; index < 2000; index++) {
    digests.add(digest128("x".repeat(index)));
    digests.add(digest128(`${"0".repeat(200)}${index}`));
  }
  t.equal(digests.size, 4000);
  t.equal(digest128("").length, 8);
});
