/** Named counts since the start: what was dropped, refused or lost, and why. */
export class Counters {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** All counts, with the transport's drops as `dropped_REASON`. */
  withDrops(drops: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const all = new Map(this.#counts);
    for (const [reason, count] of drops) all.set(`dropped_${reason}`, count);
    return all;
  }
}
