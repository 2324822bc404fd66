/** Named counts since the start: what was dropped, refused or lost, and why. */
export class Counters {
  readonly #counts = new Map<string, number>();
  readonly #requests = new Map<string, number>();

  add(name: string, amount = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + amount);
  }

  /** A request came. */
  addRequest(kind: string): void {
    this.#requests.set(kind, (this.#requests.get(kind) ?? 0) + 1);
  }

  /** All counts, with requests as `request_kind_KIND` and the transport's drops as `dropped_REASON`. */
  withDrops(drops: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const all = new Map(this.#counts);
    for (const [kind, count] of this.#requests) all.set(`request_kind_${kind}`, count);
    for (const [reason, count] of drops) all.set(`dropped_${reason}`, count);
    return all;
  }
}
