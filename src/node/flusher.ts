import type { Slot } from "../base/ids.ts";
import type { Overlay } from "../kv/overlay.ts";
import type { StateStorage } from "../storage/storage.ts";

/** A flush begins when this much is applied and unflushed, ... */
const FLUSH_START_BYTES = 8 * 1024 * 1024;
/** ... or when the oldest of it has waited this long. */
const FLUSH_AGE_MS = 1000;

/**
 * Moves applied effects from memory to the state environment, one slice of whole slots at a time, behind
 * the durable learned watermark. Lazy on purpose: a row overwritten meanwhile is written once.
 */
export class Flusher {
  readonly #state: StateStorage;
  readonly #overlay: Overlay;
  readonly #onFlushed: (watermark: Slot) => void;
  #flushing = false;
  /** Slices are written up to here before the flusher rests again. */
  #goal: Slot;
  #dirtySinceMs: number | undefined;

  constructor(state: StateStorage, overlay: Overlay, onFlushed: (watermark: Slot) => void) {
    this.#state = state;
    this.#overlay = overlay;
    this.#onFlushed = onFlushed;
    this.#goal = state.recovered.watermark;
  }

  get idle(): boolean {
    return !this.#flushing;
  }

  /** Looks whether it is time; `learnedDurable` bounds what may be written, `applied` is the end of what there is. */
  poll(nowMs: number, learnedDurable: Slot, applied: Slot): void {
    if (this.#flushing) return;
    if (this.#overlay.bytes === 0) {
      this.#dirtySinceMs = undefined;
      return;
    }
    this.#dirtySinceMs ??= nowMs;
    if (this.#overlay.bytes >= FLUSH_START_BYTES || nowMs - this.#dirtySinceMs >= FLUSH_AGE_MS)
      this.#goal = applied;
    this.#flushNext(learnedDurable);
  }

  #flushNext(learnedDurable: Slot): void {
    const limit = Math.min(this.#goal, learnedDurable) as Slot;
    const slice = this.#overlay.nextSlice(limit);
    if (slice === undefined) return;
    this.#flushing = true;
    this.#state.flush(slice, () => {
      this.#flushing = false;
      this.#dirtySinceMs = undefined;
      this.#overlay.flushed(slice.watermark);
      this.#onFlushed(slice.watermark);
    });
  }
}
