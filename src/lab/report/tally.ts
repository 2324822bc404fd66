/** What one seed adds to a run's tally. */
export interface Tallied {
  readonly events: number;
  readonly virtualMs: number;
  readonly operations: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly failure: object | undefined;
}

/** The sums over many seeds; its size does not depend on how many. */
export class Tally {
  seeds = 0;
  failures = 0;
  events = 0;
  virtualMs = 0;
  operations = 0;
  readonly #counts = new Map<string, number>();

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add({ events, virtualMs, operations, counts, failure }: Tallied): void {
    this.seeds += 1;
    this.failures += failure === undefined ? 0 : 1;
    this.events += events;
    this.virtualMs += virtualMs;
    this.operations += operations;
    for (const [name, count] of counts) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }
}
