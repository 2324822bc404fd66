import type { Execution } from "./model.ts";

/**
 * What was found about the states on disks so far. Neither the content of a row nor what the model knows of the
 * past changes any more: what was held against each other once need not be again.
 */
export class Verified {
  readonly #right = new WeakMap<object, object>();
  readonly #payloadHashes = new WeakMap<Execution, number>();
  /** By watermark. */
  readonly #kept = new Map<number, string>();

  /** Whether this very content of a row was found to say what `right`, of the model, says. */
  has(content: object, right: object): boolean {
    return this.#right.get(content) === right;
  }

  add(content: object, right: object): void {
    this.#right.set(content, right);
  }

  /** False when another state has the request with another hash. */
  isHashOf(execution: Execution, payloadHash: number): boolean {
    const known = this.#payloadHashes.get(execution);
    if (known === undefined) this.#payloadHashes.set(execution, payloadHash);
    return known === undefined || known === payloadHash;
  }

  /** False when another state kept the rows of other slots at this watermark: the slots alone decide which ones go. */
  isKeptAt(watermark: number, slots: Iterable<number>): boolean {
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (const slot of slots) {
      count++;
      sum += slot;
      squares += slot * slot;
    }
    const text = `${count} ${sum} ${squares}`;
    const known = this.#kept.get(watermark);
    if (known === undefined) this.#kept.set(watermark, text);
    return known === undefined || known === text;
  }
}
