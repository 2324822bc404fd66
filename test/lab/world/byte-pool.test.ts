import t from "tap";
import { BytePool } from "../../../src/lab/world/byte-pool.ts";

t.test("every piece has memory of its own, whatever was taken before", async (t) => {
  const pool = new BytePool();
  const pieces = Array.from({ length: 2000 }, (_, index) => {
    const piece = pool.take((index * 37) % 300);
    t.ok(piece.every((byte) => byte === 0));
    return piece.fill(index % 256);
  });
  t.ok(pieces.every((piece, index) => piece.every((byte) => byte === index % 256)));
  t.ok(pieces.every((piece, index) => piece.length === (index * 37) % 300));
});

t.test("what is large for a pool does not come out of it", async (t) => {
  const pool = new BytePool();
  const large = pool.take(100_000);
  t.equal(large.length, 100_000);
  t.equal(large.buffer.byteLength, 100_000);
  t.equal(pool.take(10).buffer.byteLength, 65_536);
});
