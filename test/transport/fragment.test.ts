import t from "tap";
import {
  BULK_ACTIVE_MAX,
  fragmentAt,
  fragmentCount,
  MEDIUM_ACTIVE_MAX,
  PIECE_BYTES_MIN,
  Reassembler,
} from "../../src/transport/fragment.ts";
import { numbered, SeededRandom } from "./lossy-world.ts";

t.test("a message comes together from its pieces in any order, repeats included", async (t) => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 60; round++) {
    const message = numbered(round, 2 + random.below(9000));
    const pieceBytes = PIECE_BYTES_MIN + random.below(1000);
    const count = fragmentCount(message.length, pieceBytes);
    if (count < 2) continue;
    const reassembler = new Reassembler(10_000);
    const order = Array.from({ length: count }, (_, index) => index).sort(() => random.below(3) - 1);
    let complete: Uint8Array | undefined;
    for (const index of order) {
      t.equal(complete, undefined);
      const piece = fragmentAt(message, index, pieceBytes);
      const result = reassembler.add({ id: 4, index, count }, piece);
      if (result.kind === "complete") complete = result.message;
      else if (random.below(2) === 0) reassembler.add({ id: 4, index, count }, piece);
    }
    t.same(complete, message);
    t.equal(reassembler.heldBytes, 0);
    t.equal(reassembler.openCount, 0);
  }
});

t.test("half-open messages are bounded in number and bytes", async (t) => {
  const reassembler = new Reassembler(10_000);
  const open = BULK_ACTIVE_MAX + MEDIUM_ACTIVE_MAX;
  for (let id = 0; id < 100_000; id++) {
    const result = reassembler.add({ id, index: 0, count: 65_535 }, new Uint8Array(1000));
    t.equal(result.kind, id < open ? "partial" : "refused");
    if (id > open + 10) break;
  }
  t.equal(reassembler.heldBytes, open * 1000);
  for (let index = 1; index < 20; index++) {
    const result = reassembler.add({ id: 0, index, count: 65_535 }, new Uint8Array(1000));
    t.equal(result.kind, index < 10 ? "partial" : "refused", "no message above its limit");
  }
  reassembler.drop(0);
  t.equal(reassembler.heldBytes, (open - 1) * 1000);
});

t.test("pieces that contradict each other are refused", async (t) => {
  const reassembler = new Reassembler(10_000);
  reassembler.add({ id: 1, index: 0, count: 3 }, new Uint8Array(1000));
  const refused = { kind: "refused", reason: "fragment_conflict" };
  t.same(reassembler.add({ id: 1, index: 1, count: 4 }, new Uint8Array(1000)), refused);
  t.same(reassembler.add({ id: 1, index: 1, count: 3 }, new Uint8Array(999)), refused);
  t.same(reassembler.add({ id: 2, index: 0, count: 3 }, new Uint8Array(PIECE_BYTES_MIN - 1)), refused);
  t.same(reassembler.add({ id: 1, index: 2, count: 3 }, new Uint8Array(1001)), refused);
});
