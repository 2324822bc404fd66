import t from "tap";
import {
  bucketEndMs,
  bucketOf,
  countOf,
  countsSince,
  countsTogether,
  quantileMs,
  TIME_BUCKETS,
} from "../../src/base/time-buckets.ts";

t.test("a bucket ends at most a fifth above what it holds, and never below it", async (t) => {
  for (let ms = 1 / 16; ms < 240_000; ms *= 1.07) {
    const endMs = bucketEndMs(bucketOf(ms));
    t.ok(endMs >= ms * (1 - 1e-9) && endMs <= ms * 1.2, `${ms} in ${endMs}`);
  }
});

t.test("what is shorter or longer than all buckets is in the first or the last", async (t) => {
  t.equal(bucketOf(0), 0);
  t.equal(bucketOf(Number.NaN), 0);
  t.equal(bucketOf(1e12), TIME_BUCKETS - 1);
});

t.test("a quantile is the end of the bucket that its rank lies in", async (t) => {
  const counts: number[] = new Array(TIME_BUCKETS).fill(0);
  counts[bucketOf(1)] = 98;
  counts[bucketOf(100)] = 2;
  t.equal(quantileMs(counts, 0.5), bucketEndMs(bucketOf(1)));
  t.equal(quantileMs(counts, 0.98), bucketEndMs(bucketOf(1)));
  t.equal(quantileMs(counts, 0.99), bucketEndMs(bucketOf(100)));
  t.equal(quantileMs(counts, 0), bucketEndMs(bucketOf(1)));
  t.equal(quantileMs([], 0.5), undefined);
  t.equal(countOf(counts), 100);
});

t.test("counts are told since an earlier look, or whole after a restart", async (t) => {
  t.same(countsSince([3, 4, 5], [1, 4]), [2, 0, 5]);
  t.same(countsSince([1], [2]), [1]);
  t.same(countsTogether([[1, 2], [3], []]), [4, 2]);
  t.same(countsTogether([]), []);
});
