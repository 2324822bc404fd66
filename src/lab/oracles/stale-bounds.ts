/** Clocks are doubles: what is this near to a bound may lie on either side of it. */
const ROUNDING_MS = 0.001;

/** How the members' monotonic clocks stand, by the members' names. */
export type ClockReadings = ReadonlyMap<string, number>;

/**
 * What each member's own clock showed when a slot was learned first, by anybody: whoever promises not to be older than
 * a bound counts by that clock, and it may run wrong, leap, or stand still with its machine.
 */
export class StaleBounds {
  readonly #read: () => ClockReadings;
  /** By slot, less one. */
  readonly #learned: ClockReadings[] = [];

  constructor(read: () => ClockReadings) {
    this.#read = read;
  }

  /** The next slot was learned. */
  onLearned(): void {
    this.#learned.push(this.#read());
  }

  /** To be handed to `floorOf` once the answer is there. */
  readings(): ClockReadings {
    return this.#read();
  }

  /** What is in an answer of `name` that was asked for at `asked`, and is at most `ageMs` old: all below this watermark. */
  floorOf(name: string, asked: ClockReadings, ageMs: number): number {
    const beforeMs = (asked.get(name) ?? 0) - ageMs - ROUNDING_MS;
    let low = 0;
    let high = this.#learned.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#learned[middle]?.get(name) ?? 0) < beforeMs) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}
