import type { Slot } from "../base/ids.ts";

/** Empty batches come no closer together than this. */
const DUE_BATCH_MS = 100;

/**
 * When a leader without anything to propose proposes nevertheless, to move cluster time: something is due,
 * and the last batch that was proposed for such a reason is applied, and some time ago.
 */
export class DuePace {
  #proposedAtMs = Number.NEGATIVE_INFINITY;
  #slot: Slot | undefined;

  /** `nowMs` is monotonic; every slot below `applied` is applied. */
  isTime(nowMs: number, applied: Slot): boolean {
    if (this.#slot !== undefined && this.#slot >= applied) return false;
    return nowMs - this.#proposedAtMs >= DUE_BATCH_MS;
  }

  /** An empty batch went into `slot`. */
  proposed(slot: Slot, nowMs: number): void {
    this.#slot = slot;
    this.#proposedAtMs = nowMs;
  }

  /** The node does not lead any more: what it proposed is somebody else's. */
  forget(): void {
    this.#slot = undefined;
  }
}
