import type { Slot } from "../base/ids.ts";
import { LOG_TAIL_BYTES, LOG_TAIL_SLOTS } from "../base/limits.ts";

/** How much of the log is kept for members that are behind: until either is reached. */
export interface LogTailBounds {
  readonly slots: number;
  readonly bytes: number;
}

export const LOG_TAIL: LogTailBounds = { slots: LOG_TAIL_SLOTS, bytes: LOG_TAIL_BYTES };

/** Where the log's bytes are known: so many marks at most for each of the two bounds. */
const MARKS_PER_TAIL = 100;

interface Mark {
  readonly slot: Slot;
  /** Of all values learned since the start, below `slot`. */
  readonly bytes: number;
}

/**
 * Where the tail of a log begins. Sizes are known from the start on, of what was learned before only the slots
 * count: a restart makes the tail longer, by less than once its bytes.
 */
export class LogTail {
  readonly #bounds: LogTailBounds;
  /** Ascending; the first one tells where the tail begins by its bytes, once one before it was dropped. */
  #marks: Mark[];
  #isFull = false;

  constructor(bounds: LogTailBounds, learned: Slot) {
    this.#bounds = bounds;
    this.#marks = [{ slot: learned, bytes: 0 }];
  }

  /** The first slot of the tail; 0 while everything fits. `learnedBytes`: of all values learned since the start. */
  from(learned: Slot, learnedBytes: number): number {
    this.#mark(learned, learnedBytes);
    const bySlots = Math.max(0, learned - this.#bounds.slots);
    const [first] = this.#marks;
    return this.#isFull && first !== undefined && first.slot > bySlots ? first.slot : bySlots;
  }

  #mark(learned: Slot, learnedBytes: number): void {
    const { slots, bytes } = this.#bounds;
    const last = this.#marks.at(-1);
    const isApart =
      last === undefined ||
      learned - last.slot >= slots / MARKS_PER_TAIL ||
      learnedBytes - last.bytes >= bytes / MARKS_PER_TAIL;
    if (last === undefined || (isApart && learned > last.slot)) {
      this.#marks.push({ slot: learned, bytes: learnedBytes });
    }
    let past = 0;
    while (past < this.#marks.length - 1 && learnedBytes - (this.#marks[past]?.bytes ?? 0) > bytes) past++;
    if (past === 0) return;
    this.#isFull = true;
    this.#marks = this.#marks.slice(past);
  }
}
