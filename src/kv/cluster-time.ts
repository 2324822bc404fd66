import { assert } from "../base/assert.ts";
import { BALLOT_ZERO, type Ballot } from "../base/ids.ts";

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
 * Good for suggesting and checking deadlines, and for a new leader to go on from; the machine itself uses
 * stamps alone.
 */
export class ClusterTimeEstimate {
  #heardMs: number;
  #atMs: number;
  /** Of the leader whose word it was. */
  #ballot: Ballot = BALLOT_ZERO;
  /** What somebody else's batch made of cluster time, after the last word of a leader. */
  #stamped: { readonly timeMs: number; readonly atMs: number } | undefined;

  constructor(timeMs: number, nowMs: number) {
    this.#heardMs = timeMs;
    this.#atMs = nowMs;
  }

  /**
   * Takes in a leader's word. One that says less than an earlier one of the same leader was only late; that
   * of an earlier leader may be ahead of its successor, who began with what it had heard. 0 is no word.
   */
  hear(timeMs: number, ballot: Ballot, nowMs: number): void {
    if (timeMs === 0) return;
    if (ballot < this.#ballot || (ballot === this.#ballot && timeMs < this.#heardMs)) return;
    this.#heardMs = timeMs;
    this.#atMs = nowMs;
    this.#ballot = ballot;
    this.#stamped = undefined;
  }

  /** A batch was applied that this node did not propose; cluster time is `timeMs` since. */
  onApplied(timeMs: number, nowMs: number): void {
    this.#stamped = { timeMs, atMs: nowMs };
    if (timeMs < this.#heardMs + (nowMs - this.#atMs)) return;
    this.#heardMs = timeMs;
    this.#atMs = nowMs;
  }

  /** Whole ms; `wallMs` while cluster time has not begun, since it will begin there. */
  at(nowMs: number, wallMs: number): number {
    if (this.#heardMs === 0) return Math.floor(wallMs);
    return Math.floor(this.#heardMs + Math.max(0, nowMs - this.#atMs));
  }

  /**
   * Where a new leader's clock begins: never ahead of the clock that stamped last, or leases would end early. A batch
   * of which no leader's word was heard since may be of one whose clock this node never knew: then
   * only the stamp is sure.
   */
  successionMs(nowMs: number): number {
    const { timeMs, atMs } = this.#stamped ?? { timeMs: this.#heardMs, atMs: this.#atMs };
    return timeMs === 0 ? 0 : timeMs + Math.max(0, nowMs - atMs);
  }
}
