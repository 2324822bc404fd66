/** Counts what was dropped, by reason: silence on the wire must not be silence in the metrics. */
export class Drops {
  readonly #counts = new Map<string, number>();
  /** All reasons so far, ascending. */
  #reasons: readonly string[] = [];

  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** A copy, ascending by reason. */
  sorted(): ReadonlyMap<string, number> {
    if (this.#reasons.length < this.#counts.size) this.#reasons = [...this.#counts.keys()].sort();
    return new Map(this.#reasons.map((reason) => [reason, this.#counts.get(reason) ?? 0]));
  }
}
