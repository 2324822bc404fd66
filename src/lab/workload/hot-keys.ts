/** Few, so that requests meet each other; all under one prefix, so that ranges hold some of them. */
const KEY_COUNT = 6;
/** Of the leases that were granted last somebody may still ask something; some of them have ended. */
const LEASES_MAX = 3;

/** What was told last of a key. */
export interface Told {
  readonly value: Uint8Array;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly version: number;
}

/** The keys that all programs change by every operation there is, and what any of them was told of these. */
export class HotKeys {
  readonly prefix = "m/";
  readonly keys: readonly string[] = Array.from({ length: KEY_COUNT }, (_, at) => `${this.prefix}${at + 1}`);
  readonly #told = new Map<string, Told>();
  #leases: readonly number[] = [];

  get leases(): readonly number[] {
    return this.#leases;
  }

  told(key: string): Told | undefined {
    return this.#told.get(key);
  }

  learn(key: string, told: Told): void {
    const known = this.#told.get(key);
    if (known === undefined || known.modRevision < told.modRevision) this.#told.set(key, told);
  }

  granted(leaseId: number): void {
    this.#leases = [...this.#leases, leaseId].slice(-LEASES_MAX);
  }
}
