import { assert } from "../base/assert.ts";

/** How far the leader's clock may run off its own monotonic rate to follow the wall: 1 %. */
const SLEW_RATE_MAX = 0.01;

/**
 * The clock that a leader stamps batches with: cluster time as it stood at the leader's own first applied
 * entry, plus monotonic time since, drawn towards the wall clock by at most 1 %. A wall clock that jumps
 * is followed slowly, so no lease or deadline ends early or late by more than that.
 */
export class LeaderClock {
  #timeMs: number;
  #nowMs: number;

  /** `timeMs` 0 means that nothing was ever stamped, so no deadline exists yet: the wall is as good as any. */
  constructor(timeMs: number, nowMs: number, wallMs: number) {
    this.#timeMs = timeMs === 0 ? wallMs : timeMs;
    this.#nowMs = nowMs;
  }

  /** The stamp of a batch proposed now, whole ms; never below an earlier one. */
  stamp(nowMs: number, wallMs: number): number {
    const elapsedMs = nowMs - this.#nowMs;
    assert(elapsedMs >= 0, "the monotonic clock ran back");
    const straightMs = this.#timeMs + elapsedMs;
    const slewMs = elapsedMs * SLEW_RATE_MAX;
    this.#timeMs = straightMs + Math.min(slewMs, Math.max(-slewMs, wallMs - straightMs));
    this.#nowMs = nowMs;
    return Math.floor(this.#timeMs);
  }
}

/**
 * Cluster time as a node that does not lead can tell it: what it heard last, plus monotonic time since.
 * Good for suggesting and checking deadlines; the machine itself uses stamps alone.
 */
export class ClusterTimeEstimate {
  #heardMs: number;
  #atMs: number;

  constructor(timeMs: number, nowMs: number) {
    this.#heardMs = timeMs;
    this.#atMs = nowMs;
  }

  /** Takes in cluster time from a message; one that says less than an earlier one was only late. */
  hear(timeMs: number, nowMs: number): void {
    if (timeMs < this.#heardMs) return;
    this.#heardMs = timeMs;
    this.#atMs = nowMs;
  }

  /** Whole ms; `wallMs` while cluster time has not begun, since it will begin there. */
  at(nowMs: number, wallMs: number): number {
    if (this.#heardMs === 0) return Math.floor(wallMs);
    return Math.floor(this.#heardMs + Math.max(0, nowMs - this.#atMs));
  }
}
