/** How much of the past the cluster keeps: as long as both, and no more than either. */
export interface HistoryWindow {
  /** Of cluster time. */
  readonly ageMs: number;
  readonly revisions: number;
}

/** As much as a watcher that was away for a while may want. */
export const HISTORY_WINDOW: HistoryWindow = { ageMs: 3_600_000, revisions: 1_000_000 };

/** A leader looks whether something is to be forgotten no more often than this. */
const LOOK_MS = 5000;
/** The window is forgotten in steps of this part of it. */
const MARKS_PER_WINDOW = 128;

/** How far the store was at some time. */
export interface StoreTime {
  /** Cluster time. */
  readonly timeMs: number;
  readonly revision: number;
}

/**
 * When a leader has the cluster forget changes, and which. Every node remembers when the store was how far,
 * so that a new leader can go on; after a restart it begins anew, and what is older goes later than it might.
 */
export class Compaction {
  readonly #window: HistoryWindow;
  /** Ascending, apart by a part of the window; at most one of them is older than it. */
  #marks: StoreTime[];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(window: HistoryWindow, { timeMs, revision }: StoreTime) {
    this.#window = window;
    this.#marks = [{ timeMs, revision }];
  }

  /** A slot was applied. */
  note({ timeMs, revision }: StoreTime): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && timeMs - last.timeMs < this.#window.ageMs / MARKS_PER_WINDOW) return;
    this.#marks.push({ timeMs, revision });
    const firstYoung = this.#marks.findIndex((mark) => mark.timeMs > timeMs - this.#window.ageMs);
    if (firstYoung > 1) this.#marks = this.#marks.slice(firstYoung - 1);
  }

  /**
   * The greatest revision that is to be forgotten, when it is time to look, and `compacted` is less. `nowMs`
   * is monotonic, `store` the store as it is now.
   */
  due(nowMs: number, store: StoreTime, compacted: number): number | undefined {
    if (nowMs - this.#lookedAtMs < LOOK_MS) return undefined;
    this.#lookedAtMs = nowMs;
    // What was changed last may never be followed by a slot that would be noted.
    this.note(store);
    const tooMany = store.revision - this.#window.revisions;
    const revision = Math.max(tooMany, this.lastBefore(store.timeMs - this.#window.ageMs));
    return revision > compacted ? revision : undefined;
  }

  /** The last change that surely was made by then, in cluster time; 0: none is known to be. */
  lastBefore(timeMs: number): number {
    let revision = 0;
    for (const mark of this.#marks) if (mark.timeMs <= timeMs) revision = mark.revision;
    return revision;
  }
}
