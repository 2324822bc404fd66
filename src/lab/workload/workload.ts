import type { ChangeKind } from "./drawn-change.ts";

/** What a seed's clients do. Chances are 0..1. */
export interface Workload {
  readonly clients: number;
  readonly workersPerClient: number;
  /** Requests per second of all workers together, as long as they are answered at once. */
  readonly ratePerSecond: number;
  readonly readShare: number;
  /** Keys that everybody writes, and how many of all writes are theirs. */
  readonly hotKeys: number;
  readonly hotShare: number;
  /** Programs that watch, besides all else. */
  readonly watchers: number;
  /** That a request is one of the many kinds, and of the keys that everybody changes by all of them. */
  readonly mixedChance: number;
  /** How often each kind is drawn, in relation to the others. */
  readonly mix: Readonly<Record<ChangeKind, number>>;
  /** That a put's value is of any size up to the largest. */
  readonly largeChance: number;
  /** That a worker goes on without a pause. */
  readonly burstChance: number;
  /** That a worker does not wait until it is answered, and asks again under the same request id. */
  readonly impatientChance: number;
}
