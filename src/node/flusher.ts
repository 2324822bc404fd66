import type { Slot } from "../base/ids.ts";
import type { Overlay } from "../kv/overlay.ts";
import type { StateStorage } from "../storage/storage.ts";

/** What was applied stays in memory so long, unless a slice is full before. */
const FLUSH_AGE_MS = 5000;

/**
 * Moves applied effects from memory to the state environment, one slice of whole slots at a time, behind
 * the durable learned watermark. Lazy on purpose: a row overwritten meanwhile is written once.
 */
export class Flusher {
  readonly #state: StateStorage;
  readonly #overlay: Overlay;
  readonly #onFlushed: (watermark: Slot) => void;
  #flushing = false;
  #dirtySinceMs: number | undefined;

  constructor(state: StateStorage, overlay: Overlay, onFlushed: (watermark: Slot) => void) {
    this.#state = state;
    this.#overlay = overlay;
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
    this.#state.flush(slice, () => {
      this.#flushing = false;
      this.#overlay.flushed(slice.watermark);
      this.#onFlushed(slice.watermark);
    });
  }
}
