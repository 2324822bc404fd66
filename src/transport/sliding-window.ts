import { assert } from "../base/assert.ts";

/**
 * Which of the newest `size` numbers were seen; older ones count as seen. Guards packet numbers against
 * replay and message ids against a second delivery, in constant memory. Source: RFC 6479.
 */
export class SlidingWindow {
  readonly #size: number;
  /** Bit `number % size`; bits of numbers above the highest are clear. */
  readonly #bits: Uint32Array;
  #highest = -1;

  /** `size` is a power of two, at least 32. */
  constructor(size: number) {
    assert(size >= 32 && (size & (size - 1)) === 0, `window of ${size} is not a power of two >= 32`);
    this.#size = size;
    this.#bits = new Uint32Array(size / 32);
  }

  /** Whether the number was added, or is too old to tell. */
  isSeen(number: number): boolean {
    if (number > this.#highest) return false;
    if (number <= this.#highest - this.#size) return true;
    return this.#isSet(number);
  }

  add(number: number): void {
    assert(!this.isSeen(number), "a number is added once");
    if (number - this.#highest >= this.#size) this.#bits.fill(0);
    else for (let next = this.#highest + 1; next < number; next++) this.#clear(next);
    if (number > this.#highest) this.#highest = number;
    const index = this.#index(number);
    this.#bits[index >>> 5] = (this.#bits[index >>> 5] as number) | (1 << (index & 31));
  }

  /** The size is a power of two that divides 2^32, so the low 32 bits of the number are enough. */
  #index(number: number): number {
    return (number >>> 0) & (this.#size - 1);
  }

  #isSet(number: number): boolean {
    const index = this.#index(number);
    return (((this.#bits[index >>> 5] as number) >>> (index & 31)) & 1) === 1;
  }

  #clear(number: number): void {
    const index = this.#index(number);
    this.#bits[index >>> 5] = (this.#bits[index >>> 5] as number) & ~(1 << (index & 31));
  }
}
