/** Counts what was dropped, by reason: silence on the wire must not be silence in the metrics. */
export class Drops {
  readonly #counts = new Map<string, number>();

  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** A copy, ascending by reason. */
  sorted(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}
