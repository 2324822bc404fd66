import { bucketOf } from "../base/time-buckets.ts";

/** How long things took, by what they are: counts in the buckets of `base/time-buckets.ts`, since the start. */
export class Timings {
  readonly #byName = new Map<string, number[]>();

  add(name: string, elapsedMs: number): void {
    let counts = this.#byName.get(name);
    if (counts === undefined) {
      counts = [];
      this.#byName.set(name, counts);
    }
    count(counts, elapsedMs);
  }

  /** The counts of each name; empty buckets at the end are left out. */
  get all(): ReadonlyMap<string, readonly number[]> {
    return this.#byName;
  }
}

/** A half of what is lately. */
const HALF_MS = 5 * 60_000;

/** How long something took lately: in the last five to ten minutes. */
export class RecentTimes {
  #sinceMs = Number.NEGATIVE_INFINITY;
  #current: number[] = [];
  #previous: number[] = [];

  add(elapsedMs: number, nowMs: number): void {
    this.#turn(nowMs);
    count(this.#current, elapsedMs);
  }

  counts(nowMs: number): readonly number[] {
    this.#turn(nowMs);
    const length = Math.max(this.#current.length, this.#previous.length);
    return Array.from(
      { length },
      (_, bucket) => (this.#current[bucket] ?? 0) + (this.#previous[bucket] ?? 0),
    );
  }

  #turn(nowMs: number): void {
    const ageMs = nowMs - this.#sinceMs;
    if (ageMs < HALF_MS) return;
    this.#previous = ageMs < 2 * HALF_MS ? this.#current : [];
    this.#current = [];
    this.#sinceMs = nowMs;
  }
}

function count(counts: number[], elapsedMs: number): void {
  const bucket = bucketOf(elapsedMs);
  while (counts.length <= bucket) counts.push(0);
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}
