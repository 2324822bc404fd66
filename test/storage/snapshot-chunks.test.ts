import fc from "fast-check";
import t from "tap";
import { LayoutError } from "../../src/storage/layout.ts";
import { ROW_TABLES } from "../../src/storage/schema.ts";
import {
  CHUNK_BYTES,
  ChunkChain,
  ChunkCutter,
  openChunk,
  RowJoiner,
  type StoredRow,
  sealChunk,
} from "../../src/storage/snapshot-chunks.ts";
import { crypto, pattern, plain } from "../contract/storage-fixture.ts";

function cut(rows: readonly StoredRow[]) {
  const cutter = new ChunkCutter(crypto);
  const contents: Uint8Array[] = [];
  for (const row of rows) {
    cutter.add(row);
    const taken = cutter.take();
    if (taken.first !== contents.length) throw new Error(`chunk ${taken.first} after ${contents.length}`);
    contents.push(...taken.contents);
  }
  cutter.end();
  contents.push(...cutter.take().contents);
  return { cutter, contents };
}

function join(contents: readonly Uint8Array[]): StoredRow[] {
  const joiner = new RowJoiner();
  const rows = contents.flatMap((content) => joiner.add(content));
  joiner.end();
  return rows;
}

t.test("rows of every length come out of the chunks as they went in", async (t) => {
  const row = fc.record({
    table: fc.constantFrom(...ROW_TABLES),
    key: fc.uint8Array({ maxLength: 40 }),
    value: fc.oneof(
      fc.constant(undefined),
      fc.uint8Array({ maxLength: 100 }),
      // Up to a row that fills several chunks by itself.
      fc.integer({ min: 0, max: 2.5 * CHUNK_BYTES }).map((length) => pattern(length)),
    ),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const { cutter, contents } = cut(rows);
      const chain = new ChunkChain(crypto);
      for (const content of contents) chain.add(content);
      const isFull = contents.slice(0, -1).every((content) => content.length === CHUNK_BYTES);
      const bytes = contents.reduce((sum, content) => sum + content.length, 0);
      return (
        isFull &&
        cutter.count === contents.length &&
        cutter.bytes === bytes &&
        Buffer.compare(cutter.chain, chain.hash) === 0 &&
        JSON.stringify(plain(join(contents))) === JSON.stringify(plain(rows))
      );
    }),
    { numRuns: 60 },
  );
  t.pass("60 rows of rows");
});

t.test("a chunk is known by its number and by every bit of it", async (t) => {
  const content = pattern(500);
  const chunk = sealChunk(crypto, 3, content);
  t.same(plain(openChunk(crypto, 3, chunk)), plain(content));
  t.equal(openChunk(crypto, 4, chunk), undefined);
  t.equal(openChunk(crypto, 3, chunk.subarray(0, 400)), undefined);
  for (const at of [0, 4, 8, 9, 250, chunk.length - 1]) {
    t.equal(openChunk(crypto, 3, chunk.with(at, (chunk[at] ?? 0) ^ 16)), undefined, `byte ${at}`);
  }
});

t.test("the hash tells the order of the chunks", async (t) => {
  const hashOf = (...contents: Uint8Array[]): Uint8Array => {
    const chain = new ChunkChain(crypto);
    for (const content of contents) chain.add(content);
    return chain.hash;
  };
  const [one, other] = [pattern(10, 1), pattern(10, 2)];
  t.notSame(plain(hashOf(one, other)), plain(hashOf(other, one)));
  t.notSame(plain(hashOf(one)), plain(hashOf(one, new Uint8Array(0))));
});

t.test("a stream that ends within a row, or has a row of no table, is refused", async (t) => {
  const { contents } = cut([{ table: "keys", key: pattern(9), value: pattern(100) }]);
  const [content = new Uint8Array(0)] = contents;
  t.throws(() => join([content.subarray(0, 50)]), LayoutError);
  t.throws(() => join([content.with(0, 200)]), LayoutError);
  t.throws(() => join([content.with(4, 200)]), LayoutError, "a record of gigabytes");
});
