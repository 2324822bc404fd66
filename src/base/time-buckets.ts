import { assert } from "./assert.ts";

/** The end of the first bucket, ms. */
const LEAST_MS = 1 / 16;
/** Four buckets to a doubling: what is read from them is at most a fifth too high. */
const PER_DOUBLING = 4;
/** The last one ends above four minutes, and holds what is longer, too. */
export const TIME_BUCKETS = 89;

/** The bucket that a duration in ms belongs to: 0 to TIME_BUCKETS - 1. */
export function bucketOf(ms: number): number {
  if (!(ms > LEAST_MS)) return 0;
  return Math.min(TIME_BUCKETS - 1, Math.ceil(PER_DOUBLING * Math.log2(ms / LEAST_MS)));
}

/** What a bucket holds lasted at most so many ms. */
export function bucketEndMs(bucket: number): number {
  return LEAST_MS * 2 ** (bucket / PER_DOUBLING);
}

/**
 * `share` (0..1) of what `counts` holds, by bucket, lasted at most so many ms; undefined when nothing is in it.
 * Buckets at the end that are empty may be left out.
 */
export function quantileMs(counts: readonly number[], share: number): number | undefined {
  assert(share >= 0 && share <= 1, `a share of ${share}`);
  const total = countOf(counts);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  const bucket = counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  return bucketEndMs(bucket);
}

/** How many durations `counts` holds. */
export function countOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What came to `earlier` until it was `later`; all of `later` when the counting has begun anew in between. */
export function countsSince(later: readonly number[], earlier: readonly number[]): readonly number[] {
  if (earlier.some((count, bucket) => count > (later[bucket] ?? 0))) return later;
  return later.map((count, bucket) => count - (earlier[bucket] ?? 0));
}

/** Of several places together. */
export function countsTogether(all: readonly (readonly number[])[]): readonly number[] {
  const length = Math.max(0, ...all.map((counts) => counts.length));
  return Array.from({ length }, (_, bucket) => all.reduce((sum, counts) => sum + (counts[bucket] ?? 0), 0));
}
