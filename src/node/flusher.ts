import type { Slot } from "../base/ids.ts";
import type { Overlay } from "../kv/overlay.ts";
import type { Slice, StateStorage } from "../storage/storage.ts";

/** What was applied stays in memory so long, unless a slice is full before. */
const FLUSH_AGE_MS = 5000;

/** What a slice says besides rows, as of its watermark. */
export type MarkAt = (watermark: Slot) => Pick<Slice, "digest" | "stateHash" | "membership">;

/**
 * Moves applied effects from memory to the state environment, one slice of whole slots at a time, behind
 * the durable learned watermark. Lazy on purpose: a row overwritten meanwhile is written once.
 */
export class Flusher {
  readonly #state: StateStorage;
  readonly #overlay: Overlay;
  readonly #markAt: MarkAt;
  readonly #onFlushed: (watermark: Slot) => void;
  #flushing = false;
  #dirtySinceMs: number | undefined;

  constructor(state: StateStorage, overlay: Overlay, markAt: MarkAt, onFlushed: (watermark: Slot) => void) {
    this.#state = state;
    this.#overlay = overlay;
    this.#markAt = markAt;
    this.#onFlushed = onFlushed;
  }

  get idle(): boolean {
    return !this.#flushing;
  }

  /** Looks whether it is time; nothing at or above `learnedDurable` may be written. */
  poll(nowMs: number, learnedDurable: Slot): void {
    if (this.#overlay.bytes === 0) {
      this.#dirtySinceMs = undefined;
      return;
    }
    this.#dirtySinceMs ??= nowMs;
    if (nowMs - this.#dirtySinceMs >= FLUSH_AGE_MS) {
      this.#dirtySinceMs = nowMs;
      this.#overlay.seal();
    }
    if (!this.#flushing) this.#flushNext(learnedDurable);
  }

  #flushNext(learnedDurable: Slot): void {
    const slice = this.#overlay.nextSlice(learnedDurable);
    if (slice === undefined) return;
    this.#flushing = true;
    this.#state.flush({ ...slice, ...this.#markAt(slice.watermark) }, () => {
      this.#flushing = false;
      this.#overlay.flushed(slice.watermark);
      this.#onFlushed(slice.watermark);
    });
  }
}
