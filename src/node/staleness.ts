import type { Slot } from "../base/ids.ts";

/** Confirmed indexes that are remembered until they are applied; more of them would say little more. */
const CONFIRMED_MAX = 64;

interface Confirmed {
  readonly index: Slot;
  readonly askedMs: number;
}

/**
 * How old the state here can be: everything that was acknowledged, anywhere, before a read index was asked for
 * is below that index, and in the state once it is applied. The asking counts, not the answer, so neither a
 * partition nor a pause nor a change of leader makes it look younger than it is. Times in ms on the node's
 * monotonic clock.
 */
export class Staleness {
  /** Ascending by index and by time; not applied yet. */
  readonly #confirmed: Confirmed[] = [];
  #freshMs: number | undefined;

  /** The question that was begun at `askedMs` got `index`. */
  confirm(index: Slot, askedMs: number): void {
    const last = this.#confirmed.at(-1);
    // An answer that was held up on its way says less than one that was asked for later.
    if (last !== undefined && last.askedMs >= askedMs) return;
    while ((this.#confirmed.at(-1)?.index ?? 0) >= index && this.#confirmed.length > 0) this.#confirmed.pop();
    // The first ones stay: if the oldest gave way to the newest, none might ever be reached.
    if (this.#confirmed.length >= CONFIRMED_MAX) this.#confirmed.pop();
    this.#confirmed.push({ index, askedMs });
  }

  /** Everything below `applied` is in the state. */
  onApplied(applied: Slot): void {
    for (;;) {
      const [first] = this.#confirmed;
      if (first === undefined || first.index > applied) return;
      this.#confirmed.shift();
      this.#freshMs = Math.max(this.#freshMs ?? 0, first.askedMs);
    }
  }

  /** All that was acknowledged longer ago is in the state; undefined while nobody has confirmed anything. */
  ageMs(nowMs: number): number | undefined {
    return this.#freshMs === undefined ? undefined : nowMs - this.#freshMs;
  }
}
