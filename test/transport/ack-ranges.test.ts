import t from "tap";
import { ACK_BLOCK_BYTES_MAX, ACK_RANGES_MAX, AckBlock, AckRanges } from "../../src/transport/ack-ranges.ts";
import { SeededRandom } from "./lossy-world.ts";

function roundTrip(ranges: AckRanges, delayMs = 0): { block: AckBlock; numbers: number[] } {
  const bytes = new Uint8Array(ACK_BLOCK_BYTES_MAX);
  const end = ranges.write(bytes, 0, delayMs);
  const block = new AckBlock();
  t.equal(block.read(bytes.subarray(0, end), 0), end);
  const numbers: number[] = [];
  for (let index = 0; index < block.count; index++) {
    const low = block.lows[index] as number;
    for (let number = block.highs[index] as number; number >= low; number--) numbers.push(number);
  }
  return { block, numbers };
}

t.test("what was received is what is acknowledged, in any order of arrival", async (t) => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 200; round++) {
    const ranges = new AckRanges();
    const numbers = new Set<number>();
    for (let count = 0; count < 25; count++) {
      const number = 2 ** 33 + random.below(40);
      if (numbers.has(number)) continue;
      numbers.add(number);
      ranges.add(number);
    }
    const expected = [...numbers].sort((left, right) => right - left);
    const found = roundTrip(ranges).numbers;
    t.same(found, expected.slice(0, found.length));
    t.equal(ranges.largest, expected[0]);
    if (expected.length > found.length) {
      t.ok(roundTrip(ranges).block.count <= ACK_RANGES_MAX, "only what is beyond the last range is left out");
    }
  }
});

t.test("the oldest ranges are forgotten first", async (t) => {
  const ranges = new AckRanges();
  for (let number = 0; number <= 100; number += 2) ranges.add(number);
  const { numbers } = roundTrip(ranges);
  t.equal(numbers.length, ACK_RANGES_MAX);
  t.equal(numbers[0], 100);
  t.equal(numbers.at(-1), 100 - 2 * (ACK_RANGES_MAX - 1));
});

t.test("what the peer knows of is not repeated, but for the newest number", async (t) => {
  const ranges = new AckRanges();
  for (const number of [1, 2, 3, 7, 8, 9]) ranges.add(number);
  ranges.forgetThrough(7);
  t.same(roundTrip(ranges).numbers, [9, 8]);
  ranges.forgetThrough(50);
  t.same(roundTrip(ranges).numbers, [9]);
});

t.test("the delay survives in tenths of a ms, and an empty block is one byte", async (t) => {
  const ranges = new AckRanges();
  t.ok(ranges.isEmpty);
  t.equal(ranges.write(new Uint8Array(1), 0, 0), 1);
  ranges.add(3);
  t.equal(roundTrip(ranges, 12.34).block.delayMs, 12.3);
  t.equal(roundTrip(ranges, 1e9).block.delayMs, 6553.5);
});

t.test("a block that is cut, too long or runs below zero is malformed", async (t) => {
  const ranges = new AckRanges();
  for (const number of [10, 20, 30]) ranges.add(number);
  const bytes = new Uint8Array(ACK_BLOCK_BYTES_MAX);
  const end = ranges.write(bytes, 0, 0);
  const block = new AckBlock();
  for (let length = 0; length < end; length++) t.equal(block.read(bytes.subarray(0, length), 0), -1);
  const many = bytes.slice();
  many[0] = ACK_RANGES_MAX + 1;
  t.equal(block.read(many, 0), -1);
  const below = bytes.slice();
  below[10] = 40;
  t.equal(block.read(below, 0), -1);
});
